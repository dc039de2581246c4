"""The tables of authorities: California's codes in three styles, and acts of Congress cited by their own sections.

Source of the names: the 29 codes and the Constitution as the Legislature lists them (CODES_TBL of its bulk archive),
the code names of the California Style Manual (4th ed.) and of The Bluebook, table T1 (California), and nicknames that
advocates use.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One California code: its name in full, in Bluebook and in California Style Manual form, and other written forms.

    `also` forms stand on their own; `weak` ones have other uses and name the code only before a section sign. "|" parts
    the forms.
    """

    name: str
    bluebook: str
    csm: str
    also: str = ""
    weak: str = ""


CODES = {
    "BPC": Code(
        "Business and Professions Code",
        "Cal. Bus. & Prof. Code",
        "Bus. & Prof. Code",
        "B&P Code|B&PC|B&P|BP Code|Bus. & Professions Code",
    ),
    "CCP": Code(
        "Code of Civil Procedure",
        "Cal. Civ. Proc. Code",
        "Code Civ. Proc.",
        "Civil Procedure Code|Code Civ. Pro.|Code of Civ. Proc.",
    ),
    "CIV": Code("Civil Code", "Cal. Civ. Code", "Civ. Code", "", "CC"),
    "COM": Code("Commercial Code", "Cal. Com. Code", "Cal. U. Com. Code", "Comm. Code"),
    "CORP": Code("Corporations Code", "Cal. Corp. Code", "Corp. Code", "Corporation Code"),
    "EDC": Code("Education Code", "Cal. Educ. Code", "Ed. Code"),
    "ELEC": Code("Elections Code", "Cal. Elec. Code", "Elec. Code", "Election Code"),
    "EVID": Code("Evidence Code", "Cal. Evid. Code", "Evid. Code"),
    "FAC": Code(
        "Food and Agricultural Code",
        "Cal. Food & Agric. Code",
        "Food & Agr. Code",
        "F&A Code|F&AC|Food & Ag. Code|Food & Agriculture Code",
    ),
    "FAM": Code("Family Code", "Cal. Fam. Code", "Fam. Code", "", "FC"),
    "FGC": Code("Fish and Game Code", "Cal. Fish & Game Code", "Fish & G. Code", "F&G Code|F&GC|F&G"),
    "FIN": Code("Financial Code", "Cal. Fin. Code", "Fin. Code"),
    "GOV": Code("Government Code", "Cal. Gov't Code", "Gov. Code", "Govt. Code|Gov. C.", "GC"),
    "HNC": Code("Harbors and Navigation Code", "Cal. Harb. & Nav. Code", "Harb. & Nav. Code", "H&N Code"),
    "HSC": Code(
        "Health and Safety Code",
        "Cal. Health & Safety Code",
        "Health & Saf. Code",
        # The Knox-Keene Act is HSC 1340 and following: who names the Act means its section numbers in this code.
        "H&S Code|H&SC|H&S|HS Code|H&S. C.|Knox-Keene Health Care Service Plan Act of 1975|"
        "Knox-Keene Health Care Service Plan Act|Knox-Keene Act of 1975|Knox-Keene Act|Knox Keene Act|Knox-Keene",
        "Health & Safety|KKA",
    ),
    "INS": Code("Insurance Code", "Cal. Ins. Code", "Ins. Code", "", "IC|CIC"),
    "LAB": Code("Labor Code", "Cal. Lab. Code", "Lab. Code", "", "LC"),
    "MVC": Code("Military and Veterans Code", "Cal. Mil. & Vet. Code", "Mil. & Vet. Code", "M&V Code"),
    "PCC": Code("Public Contract Code", "Cal. Pub. Cont. Code", "Pub. Contract Code"),
    "PEN": Code("Penal Code", "Cal. Penal Code", "Pen. Code", "", "PC"),
    "PRC": Code("Public Resources Code", "Cal. Pub. Res. Code", "Pub. Resources Code", "Public Resource Code"),
    "PROB": Code("Probate Code", "Cal. Prob. Code", "Prob. Code"),
    "PUC": Code("Public Utilities Code", "Cal. Pub. Util. Code", "Pub. Util. Code", "Public Utility Code|PU Code"),
    "RTC": Code("Revenue and Taxation Code", "Cal. Rev. & Tax. Code", "Rev. & Tax. Code", "R&T Code|R&TC|R&T"),
    "SHC": Code("Streets and Highways Code", "Cal. Sts. & High. Code", "Sts. & Hy. Code", "S&H Code|S&HC"),
    "UIC": Code("Unemployment Insurance Code", "Cal. Unemp. Ins. Code", "Unemp. Ins. Code", "UI Code"),
    "VEH": Code("Vehicle Code", "Cal. Veh. Code", "Veh. Code", "", "VC"),
    "WAT": Code("Water Code", "Cal. Water Code", "Wat. Code"),
    "WIC": Code(
        "Welfare and Institutions Code",
        "Cal. Welf. & Inst. Code",
        "Welf. & Inst. Code",
        "W&I Code|W&IC|W&I|WI Code|Welfare & Institution Code|Welf. & Institutions Code",
    ),
}


@dataclass(frozen=True, slots=True)
class Act:
    """An act of Congress cited by its own section numbers: its name, and its public law ("74-271")."""

    name: str
    law: str


ACTS = {"SSA": Act("Social Security Act", "74-271")}

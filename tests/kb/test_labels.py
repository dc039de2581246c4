"""Citations: the forms advocates write, what is no citation, and what a citation means in a knowledge base."""

import string
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kb.codes import CODES
from kb.labels import Citation, canonical_label, find_citations, format_citation, parse_citation
from kb.resolve import resolve

FOUND = [
    # the short form, its letters and blanks
    ("HSC 1383.15(c)", "HSC 1383.15(c)"),
    ("HSC 1383.15", "HSC 1383.15"),
    ("hsc1383.15(c)", "HSC 1383.15(c)"),
    ("hsc 1383.15 (c)", "HSC 1383.15(c)"),
    ("HSC § 1383.15(a)(1)", "HSC 1383.15(a)(1)"),
    ("H.S.C. § 1383.15(c)", "HSC 1383.15(c)"),
    ("HSC\u00a01383.15\u202f(c)", "HSC 1383.15(c)"),
    ("HSC  1383.15(a) (1)", "HSC 1383.15(a)(1)"),
    ("HSC 1383.15( c )", "HSC 1383.15(c)"),
    ("HSC 1383.15.(c)", "HSC 1383.15(c)"),
    ("HSC Sec. 1383.15", "HSC 1383.15"),
    ("Cal. HSC § 1383.15", "HSC 1383.15"),
    ("HSC 1383.15, subd. (a), par. (2)", "HSC 1383.15(a)(2)"),
    ("HSC 1383.15 subdivision (a) paragraph (2)", "HSC 1383.15(a)(2)"),
    # the Health and Safety Code by its names
    ("H&S Code 1383.15(c)", "HSC 1383.15(c)"),
    ("H&S Code 1383.15 sub. c", "HSC 1383.15(c)"),
    ("HSC \u00a7 1383.15 sub (c)", "HSC 1383.15(c)"),
    ("H & S Code § 1383.15", "HSC 1383.15"),
    ("H&SC 1383.15", "HSC 1383.15"),
    ("H&S 1383.15", "HSC 1383.15"),
    ("Health & Saf. Code, § 1383.15, subd. (c)", "HSC 1383.15(c)"),
    ("(Health & Saf. Code, § 1383.15, subd. (c)(1).)", "HSC 1383.15(c)(1)"),
    ("Health & Safety Code 1383.15", "HSC 1383.15"),
    ("Health &amp; Safety Code § 1383.15", "HSC 1383.15"),
    ("Cal. Health & Safety Code § 1383.15(c)", "HSC 1383.15(c)"),
    ("Cal. Health & Saf. Code Ann. § 1383.15(c) (West 2024)", "HSC 1383.15(c)"),
    ("California Health and Safety Code 1383.15(a)(2)", "HSC 1383.15(a)(2)"),
    ("Health and Safety Code (HSC) section 1383.15", "HSC 1383.15"),
    ("Health and Safety Code section 1383.15, subdivision (c)", "HSC 1383.15(c)"),
    ("HEALTH AND SAFETY CODE SECTION 1383.15", "HSC 1383.15"),
    ("Health and Safety\n    Code section 1383.15", "HSC 1383.15"),
    ("section 1383.15 of the Health and Safety Code", "HSC 1383.15"),
    ("section 1383.15(c) of the California Health and Safety Code", "HSC 1383.15(c)"),
    ("§ 1383.15, Health & Saf. Code", "HSC 1383.15"),
    ("subdivision (b) of Section 1368.02 of the Health and Safety Code", "HSC 1368.02(b)"),
    ("Health and Safety Code, subdivision (c) of Section 1383.15", "HSC 1383.15(c)"),
    ("paragraph (2) of subdivision (a) of Section 1383.15 of the Health and Safety Code", "HSC 1383.15(a)(2)"),
    (
        "clause (ii) of subparagraph (A) of paragraph (1) of subdivision (b) of Section 1367.25 of the HSC",
        "HSC 1367.25(b)(1)(A)(ii)",
    ),
    ("Chapter 2.2 (commencing with Section 1340) of Division 2 of the Health and Safety Code", "HSC 1340"),
    ("Section 1367.01 (AB 72) of the Health and Safety Code", "HSC 1367.01"),
    ("Knox-Keene Act section 1383.15", "HSC 1383.15"),
    ("Knox-Keene Health Care Service Plan Act of 1975, section 1383.15", "HSC 1383.15"),
    ("section 1383.15 of the Knox-Keene Act", "HSC 1383.15"),
    ("KKA § 1368", "HSC 1368"),
    ("HSC § 1340 et seq.", "HSC 1340"),
    # the other codes
    ("Bus. & Prof. Code, § 2290.5, subd. (b)", "BPC 2290.5(b)"),
    ("B&P Code §§ 2290.5, 4067", "BPC 2290.5 | BPC 4067"),
    ("Civ. Code, § 56.10, subd. (c)(2)", "CIV 56.10(c)(2)"),
    ("Civil Code §1798.100", "CIV 1798.100"),
    ("CCP § 437c(c)", "CCP 437c(c)"),
    ("Code Civ. Proc., § 437c, subd. (c)", "CCP 437c(c)"),
    ("Cal. Civ. Proc. Code § 437c", "CCP 437c"),
    ("Code of Civil Procedure section 1011", "CCP 1011"),
    ("Cal. U. Com. Code, § 2207", "COM 2207"),
    ("Evidence Code section 1157", "EVID 1157"),
    ("Family Code section 3461", "FAM 3461"),
    ("Fish & G. Code, § 2050", "FGC 2050"),
    ("Cal. Gov't Code § 7922.540(a)", "GOV 7922.540(a)"),
    ("Gov\u2019t Code § 7922", "GOV 7922"),
    ("GOV 100501", "GOV 100501"),
    ("Ins. Code, § 10169", "INS 10169"),
    ("Insurance Code 10123.68(a)(1)(B)(ii)", "INS 10123.68(a)(1)(B)(ii)"),
    ("INS 10169", "INS 10169"),
    ("ins § 10169", "INS 10169"),
    ("Lab. Code § 4600", "LAB 4600"),
    ("Pen. Code, §§ 187, 188 & 189", "PEN 187 | PEN 188 | PEN 189"),
    ("Pub. Contract Code, § 20118.4", "PCC 20118.4"),
    ("R&TC 17052", "RTC 17052"),
    ("Cal. Unemp. Ins. Code § 2601", "UIC 2601"),
    ("W&I Code section 10951", "WIC 10951"),
    ("Welfare & Institutions Code 14000", "WIC 14000"),
    ("Welf. & Inst. Code, § 300, subds. (a) & (b)", "WIC 300(a) | WIC 300(b)"),
    ("WIC 10951", "WIC 10951"),
    # the Constitution
    ("Cal. Const., art. XIII B, § 1, subd. (a)", "CONS XIII B 1(a)"),
    ("Cal. Const. art. I, § 1", "CONS I 1"),
    ("California Constitution, article 16, section 8", "CONS XVI 8"),
    ("Section 1 of Article XIII B of the California Constitution", "CONS XIII B 1"),
    ("article I, section 7(a) of the California Constitution", "CONS I 7(a)"),
    ("CONS XIII B 1", "CONS XIII B 1"),
    # regulations and federal law
    ("28 CCR 1300.68(d)", "28 CCR 1300.68(d)"),
    ("28 C.C.R. §1300.67.2.2(c)(5)", "28 CCR 1300.67.2.2(c)(5)"),
    ("28 CCR 1300.71 (a)(2)", "28 CCR 1300.71(a)(2)"),
    ("Cal. Code Regs., tit. 28, § 1300.68", "28 CCR 1300.68"),
    ("Cal. Code Regs. tit. 28, § 1300.68(d)(1)", "28 CCR 1300.68(d)(1)"),
    ("28 Cal. Code Regs. § 1300.68", "28 CCR 1300.68"),
    ("California Code of Regulations, title 28, section 1300.68, subdivision (d)", "28 CCR 1300.68(d)"),
    ("title 28 of the California Code of Regulations, section 1300.68", "28 CCR 1300.68"),
    ("Section 1300.68 of Title 28 of the California Code of Regulations", "28 CCR 1300.68"),
    ("CCR, tit. 16, §§ 2034, subd. (f), 2036.5, subd. (b)", "16 CCR 2034(f) | 16 CCR 2036.5(b)"),
    ("10 CCR 2695.7(b)", "10 CCR 2695.7(b)"),
    ("Rule 1300.68(d)", "28 CCR 1300.68(d)"),
    ("regulation 1300.74.30", "28 CCR 1300.74.30"),
    ("Title 28, section 1300.68(a)", "28 CCR 1300.68(a)"),
    ("section 1300.68 of title 28", "28 CCR 1300.68"),
    ("45 CFR 147.136(b)(2)", "45 CFR 147.136(b)(2)"),
    ("45 C.F.R. § 147.136", "45 CFR 147.136"),
    ("45 C.F.R. §§ 147.136, 156.122(c)", "45 CFR 147.136 | 45 CFR 156.122(c)"),
    ("29 CFR § 2560.503-1(h)(3)(i)", "29 CFR 2560.503-1(h)(3)(i)"),
    ("29 CFR 2560.503\u20111", "29 CFR 2560.503-1"),
    ("29 CFR 2590.715\u20132719A(a)(1)", "29 CFR 2590.715-2719A(a)(1)"),
    ("section 147.136 of title 45 of the Code of Federal Regulations", "45 CFR 147.136"),
    ("Code of Federal Regulations, title 45, section 147.136(b)", "45 CFR 147.136(b)"),
    ("42 CFR Part 438, section 438.402(c)(2)(ii)", "42 CFR 438.402(c)(2)(ii)"),
    ("29 U.S.C. § 1133", "29 USC 1133"),
    ("42 USC 300gg-19", "42 USC 300gg-19"),
    ("29 U.S.C.A. § 1185a", "29 USC 1185a"),
    ("42 U.S.C. § 1396a(a)(10)(A)(i)(VIII)", "42 USC 1396a(a)(10)(A)(i)(VIII)"),
    ("section 552a of title 5, United States Code", "5 USC 552a"),
    ("section 1902(a)(10) of the Social Security Act", "SSA 1902(a)(10)"),
    ("SSA 1902(a)(10)", "SSA 1902(a)(10)"),
    ("Social Security Act § 1902", "SSA 1902"),
    ("Social Security Act § 1902(a)(10)", "SSA 1902(a)(10)"),
    ("section 1902(a)(10)(A)(i)(VIII) of title XIX of the Social Security Act", "SSA 1902(a)(10)(A)(i)(VIII)"),
    ("sections 1902(a)(3) and 1916A of the Social Security Act", "SSA 1902(a)(3) | SSA 1916A"),
    ("SSA § 1905(r)", "SSA 1905(r)"),
    # no authority
    ("the notice under 1383.15(c) says", "1383.15(c)"),
    ("section 1383.15 (c)", "1383.15(c)"),
    ("§1383.15(c)", "1383.15(c)"),
    ("Sec. 1368.02", "1368.02"),
    ("1383.15 subd c", "1383.15(c)"),
    ("1383.15, subd. (c)(1)", "1383.15(c)(1)"),
    ("subdivision (b) of Section 1368.02", "1368.02(b)"),
    ("paragraph (2) of Section 1383.15(a)", "1383.15(a)(2)"),
    ("Section 1368 of this chapter", "1368"),
    ("section 2560.503-1(h)", "2560.503-1(h)"),
    # lists and ranges
    ("1383.15(a)(1), (3) and (d)", "1383.15(a)(1) | 1383.15(a)(3) | 1383.15(d)"),
    ("HSC 1383.15(a), (c), and (d)(1)", "HSC 1383.15(a) | HSC 1383.15(c) | HSC 1383.15(d)(1)"),
    ("HSC 1367.01(h)(1), (i)", "HSC 1367.01(h)(1) | HSC 1367.01(i)"),
    ("45 CFR 147.136(b)(2)(iv) and (v)", "45 CFR 147.136(b)(2)(iv) | 45 CFR 147.136(b)(2)(v)"),
    ("paragraphs (1) and (2) of subdivision (a) of Section 1383.15", "1383.15(a)(1) | 1383.15(a)(2)"),
    ("Health & Saf. Code, § 1383.15, subds. (a)-(c)", "HSC 1383.15(a)-(c)"),
    ("HSC 1383.15(a)(1)\u2013(5)", "HSC 1383.15(a)(1)-(5)"),
    ("HSC 1383.15(a) to (c), inclusive, and (f)", "HSC 1383.15(a)-(c) | HSC 1383.15(f)"),
    ("§§ 1368-1368.03", "1368-1368.03"),
    ("Health & Safety Code §§ 1374.30\u20131374.36", "HSC 1374.30-1374.36"),
    ("Sections 1368 to 1368.03, inclusive, of the Health and Safety Code", "HSC 1368-1368.03"),
    ("42 USC §§ 300gg-91 to 300gg-92", "42 USC 300gg-91 to 300gg-92"),
    ("HSC 1368, 1370 and 1370.4.", "HSC 1368 | HSC 1370 | HSC 1370.4"),
    ("sections 1367 and 1368 of the Health and Safety Code", "HSC 1367 | HSC 1368"),
    (
        "Section 1365.5 of the Health and Safety Code and Section 10140 of the Insurance Code",
        "HSC 1365.5 | INS 10140",
    ),
    (
        "Sections 1367.01 and 1368 of the Health and Safety Code and section 10169 of the Insurance Code",
        "HSC 1367.01 | HSC 1368 | INS 10169",
    ),
    (
        "Section 1383.15(a) or subdivision (b) of Section 1374.30 of the Health and Safety Code",
        "HSC 1383.15(a) | HSC 1374.30(b)",
    ),
    ("Section 1368 of the Health and Safety Code or Section 1370 of that code", "HSC 1368 | HSC 1370"),
    ("HSC 1383.15 and INS 10169", "HSC 1383.15 | INS 10169"),
    ("section 1368 INS 10169", "1368 | INS 10169"),
    ("Section 1368, Insurance Code section 10169", "1368 | INS 10169"),
    (
        "Health and Safety Code section 1368, section 1370, and section 10169 of the Insurance Code",
        "HSC 1368 | HSC 1370 | INS 10169",
    ),
    ("45 CFR 147.136(b)(2)(i) and (c)", "45 CFR 147.136(b)(2)(i) | 45 CFR 147.136(c)"),
    ("under the Health and Safety Code. Section 10169 of the Insurance Code", "INS 10169"),
]

NOT_FOUND = [
    "on 11/22/2026 and 2026-11-22",
    "on 11.22.2026",
    "call 1-800-464-4000 or (808) 432-5955",
    "call 800.464.4000",
    "it costs $1,383.15 or $1383.15(1)",
    "12.5% of 1383.15",
    "1383.15 miles",
    "within 72 hours, 30 days, 5 p.m., 10:30",
    "case A123456, No. 2:19-cv-01383",
    "ICD E11.9, CPT 99213",
    "page 1383, Oakland 94612",
    "see Section 4 of this booklet",
    "see Section 5.2(a) and Chapter 9, Section 5",
    "section 1500 of this Agreement",
    "section 1557 of the Affordable Care Act",
    "section 2719 of the Public Health Service Act",
    "Sections 1367 and 1368 of the Act",
    "section 1371, Public Health Service Act",
    "ACA section 1557 and ERISA § 502(a)",
    "form SSA-1099; call the SSA at 800-772-1213",
    "ssa 1902",
    "section 2 of Public Law 104-4",
    "Internal Revenue Code section 9815",
    "Tex. Ins. Code § 1456.003",
    "Texas Health & Safety Code § 146.012",
    "section 1456 of the Texas Insurance Code",
    "N.Y. Ins. Law § 4914",
    "Nevada Revised Statutes § 695G.200; NRS 695.200(1)",
    "U.S. Const., art. I, § 108",
    "Article IV, Section 200 of the Bylaws",
    "Stats. 2019, ch. 115, § 1000",
    "Pub. L. 100-702, § 1019(a)",
    "see MCR 695.200(1)",
    "INS10169.5 and LAB80053",
    "rule 8.204(a)(1) of the Rules of Court",
    "Rule 2695.7",
    "title 42, section 438.402",
    "section 1001 of title 29",
    "CFR § 147.136",
    "3 CFR, 1966-1970 Comp., p. 610",
    "subdivision (c) of this section",
    "paragraph (2) of subdivision (a), as amended",
    "the gov 100 most, lab 4600, pen 187",
    "PC 187 and CC 1798",
    "HSC and the Insurance Code",
    "98.6(F), 2.5(mg), version 3.11(a)",
    "https://example.org/?lawCode=HSC&sectionNum=1383.15",
    "EH&S code 1383",
    "§ 38-205 and § 62-A-13",
    "section 1,383",
]

IN_PART = [
    ("HSC 1368, 30 days later", "HSC 1368"),
    ("HSC 1368 and 1500 members", "HSC 1368"),
    ("HSC 1368 and 2026", "HSC 1368"),
    ("see hsc 1383.15 c for more", "HSC 1383.15"),
    ("Section 1383.15\n(c) If an enrollee", "1383.15"),
    ("section 1367.01 (AB 72) says", "1367.01"),
    ("section 1367.01 (AB) says", "1367.01"),
    ("section 1367.01 (415) 555-1234", "1367.01"),
    ("section 1383.15 (a) (b)", "1383.15(a)"),
    ("HSC 1368 and ERISA § 502(a)", "HSC 1368"),
    ("Health & Saf. Code, § 1368, Insurance Code", "HSC 1368"),
    ("44 U.S.C. 1506, sec. 600, E.O. 10530", "44 USC 1506 | 600"),
    ("(a) section 1368(a), (b) section 1370", "1368(a) | 1370"),
]

TYPED = [
    ("1383.15", "1383.15"),
    ("1368", "1368"),
    ("  HSC 1383.15(c).  ", "HSC 1383.15(c)"),
    ("hsc 1383.15 c", "HSC 1383.15(c)"),
    ("1383.15 c", "1383.15(c)"),
    ("hsc 1383.15 a 1", "HSC 1383.15(a)(1)"),
    ("45 cfr 147.136 b 2 ii", "45 CFR 147.136(b)(2)(ii)"),
    ("ins 10169", "INS 10169"),
    ("1383.15 HSC", "HSC 1383.15"),
    ("187 PC", "PEN 187"),
    ("section 4", "4"),
    ("ssa 1902 a 10", "SSA 1902(a)(10)"),
    ("SSA 1902", "SSA 1902"),
    ("Pub. L. 104-4, § 2(1)", "Pub. L. 104-4 2(1)"),
    ("Public Law 104-4 section 202(a)(1)", "Pub. L. 104-4 202(a)(1)"),
    ("section 202 of Public Law No. 104-4", "Pub. L. 104-4 202"),
    ("P.L. 74-271 § 1902", "SSA 1902"),
    ("Pub. L. 104-4", None),
    ("section 1902 of the Affordable Care Act", None),
    ("Cal. Health & Safety Code § 1383.15(c) (West 2024).", "HSC 1383.15(c)"),
    ("section 1383.15\nof the Health and Safety Code", "HSC 1383.15"),
    ("1383.15(C)", "1383.15(C)"),
    ("1383.150", "1383.150"),
    ("1383.15(a)-(c)", "1383.15(a)-(c)"),
    ("1368-1368.03", "1368-1368.03"),
    ("99213", "99213"),
    ("", None),
    ("HSC", None),
    ("section", None),
    ("1383.15 miles", None),
    ("$1,383.15", None),
    ("1383.15%", None),
    ("11/22/2026", None),
    ("2026-11-22", None),
    ("1-800-464-4000", None),
    ("432-5955", None),
    ("E11.9", None),
    ("10:30", None),
    ("30 days", None),
    ("what does HSC 1383.15(c) say", None),
    ("HSC 1383.15(a) and (b)", None),
    ("HSC 1368, INS 10169", None),
    ("section 1557 of the ACA", None),
    ("(c)", None),
    ("second opinion", None),
]


def labels_of(text: str) -> list[str]:
    return [canonical_label(citation) for citation in find_citations(text)]


@pytest.mark.parametrize(("text", "expected"), FOUND + IN_PART)
def test_every_written_form_is_found(text: str, expected: str) -> None:
    assert labels_of(text) == expected.split(" | ")


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_every_written_form_is_found_amid_a_sentence(text: str, expected: str) -> None:
    assert labels_of(f"As {text} requires") == expected.split(" | ")


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_is_no_citation_of_ours_is_not_found(text: str) -> None:
    assert labels_of(text) == []


@pytest.mark.parametrize(("text", "expected"), TYPED)
def test_a_typed_citation_is_read_as_a_whole_or_not_at_all(text: str, expected: str | None) -> None:
    citation = parse_citation(text)
    assert (citation and canonical_label(citation)) == expected


@pytest.mark.parametrize(
    ("text", "section", "through"),
    [
        ("HSC 1368-1368.03", "1368", "1368.03"),
        ("HSC 1367.01-1368", "1367.01", "1368"),
        ("§§ 1340-13999", "1340", "13999"),
        ("29 CFR 2560.503-1", "2560.503-1", ""),
        ("29 CFR 2590.715-2719A", "2590.715-2719A", ""),
        ("26 CFR 1.125-3", "1.125-3", ""),
        ("2590.715-2719", "2590.715-2719", ""),
        ("45 CFR 147.136-147.140", "147.136", "147.140"),
        ("42 USC 300gg-19", "300gg-19", ""),
        ("42 USC 300gg-300gg-28", "300gg", "300gg-28"),
        ("16 USC §§ 1a-5 to 1a-7", "1a-5", "1a-7"),
    ],
)
def test_a_hyphen_is_a_range_or_part_of_a_number(text: str, section: str, through: str) -> None:
    citation = parse_citation(text)
    assert citation is not None
    assert (citation.section, citation.through) == (section, through)


def test_the_table_is_as_large_as_it_claims() -> None:
    assert len(FOUND) + len(IN_PART) + len(TYPED) >= 130
    assert len(NOT_FOUND) + sum(label is None for _, label in TYPED) >= 60


@pytest.mark.parametrize(
    ("label", "bluebook", "csm"),
    [
        ("HSC 1383.15(c)", "Cal. Health & Safety Code § 1383.15(c)", "Health & Saf. Code, § 1383.15, subd. (c)"),
        ("INS 10169", "Cal. Ins. Code § 10169", "Ins. Code, § 10169"),
        ("CCP 437c(c)", "Cal. Civ. Proc. Code § 437c(c)", "Code Civ. Proc., § 437c, subd. (c)"),
        (
            "HSC 1383.15(a)-(c)",
            "Cal. Health & Safety Code § 1383.15(a)-(c)",
            "Health & Saf. Code, § 1383.15, subds. (a)-(c)",
        ),
        ("HSC 1368-1368.03", "Cal. Health & Safety Code §§ 1368-1368.03", "Health & Saf. Code, §§ 1368-1368.03"),
        (
            "28 CCR 1300.68(d)",
            "Cal. Code Regs. tit. 28, § 1300.68(d)",
            "Cal. Code Regs., tit. 28, § 1300.68, subd. (d)",
        ),
        ("45 CFR 147.136(b)", "45 C.F.R. § 147.136(b)", "45 C.F.R. § 147.136(b)"),
        ("29 USC 1133", "29 U.S.C. § 1133", "29 U.S.C. § 1133"),
        ("SSA 1902(a)(10)", "Social Security Act § 1902(a)(10)", "Social Security Act § 1902(a)(10)"),
        ("Pub. L. 104-4 2(1)", "Pub. L. 104-4 § 2(1)", "Pub. L. 104-4 § 2(1)"),
        ("CONS XIII B 1(a)", "Cal. Const. art. XIII B, § 1(a)", "Cal. Const., art. XIII B, § 1, subd. (a)"),
        ("1383.15(c)", "§ 1383.15(c)", "§ 1383.15, subd. (c)"),
    ],
)
def test_a_citation_is_written_in_three_styles(label: str, bluebook: str, csm: str) -> None:
    citation = parse_citation(label)
    assert citation is not None
    written = [format_citation(citation, style) for style in ("short", "bluebook", "csm")]
    assert written == [label, bluebook, csm]


@pytest.mark.parametrize("key", sorted(CODES))
def test_every_code_is_known_by_every_name(key: str) -> None:
    code = CODES[key]
    names = [key, ".".join(key) + ".", code.name, code.bluebook, code.csm, f"California {code.name}", code.name.upper()]
    names += [name for name in code.also.split("|") if name]
    for name in names:
        assert labels_of(f"See {name} § 1234.5(b)(2).") == [f"{key} 1234.5(b)(2)"], name
        assert labels_of(f"See section 1234.5(b)(2) of the {name} today") == [f"{key} 1234.5(b)(2)"], name
    for name in filter(None, code.weak.split("|")):
        assert labels_of(f"See {name} § 1234.5, {name} 1234") == [f"{key} 1234.5"], name


def numbers() -> st.SearchStrategy[str]:
    digits = st.integers(100, 19999).map(str)
    return st.one_of(
        digits,
        st.builds("{}.{}".format, digits, st.sampled_from(["01", "1", "15", "36", "005"])),
        st.builds("{}{}".format, digits, st.sampled_from(["a", "gg", "A"])),
        st.sampled_from(["1300.67.2.2", "2560.503-1", "300gg-19", "147.136", "1395w-22"]),
    )


LEVELS = (
    string.ascii_lowercase,
    [str(n) for n in range(1, 30)],
    string.ascii_uppercase,
    ["i", "ii", "iv", "ix", "xii"],
)
AUTHORITIES = ["", *CODES, "28 CCR", "10 CCR", "45 CFR", "29 USC", "42 USC", "SSA", "Pub. L. 104-4"]


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    """A citation as the law writes them: levels in California order, a range at the last level or over sections."""
    path = tuple(draw(st.sampled_from(level)) for level in LEVELS[: draw(st.integers(0, 4))])
    authority, section = draw(st.sampled_from(AUTHORITIES)), draw(numbers())
    if draw(st.integers(0, 9)) == 0:
        authority, section = "CONS", draw(st.sampled_from(["I 1", "XIII B 7", "XVI 14"]))
    through = ""
    path_through: tuple[str, ...] = ()
    kind = draw(st.sampled_from(["one", "one", "subdivisions", "sections"]))
    if kind == "subdivisions" and path:
        path_through = (*path[:-1], draw(st.sampled_from(LEVELS[len(path) - 1])))
        assume(path_through != path)
    elif kind == "sections" and authority != "CONS":
        through = str(int("".join(c for c in section.split(".")[0].split("-")[0] if c.isdigit())) + 7)
        through += ".5" if "." in section else ""
        path_through = draw(st.sampled_from([(), ("b",), ("b", "2")]))
    return Citation(authority, section, path, (0, 0), through, path_through)


def same(a: Citation, b: Citation | None) -> bool:
    def key(c: Citation) -> tuple[object, ...]:
        return (c.authority, c.section, c.path, c.through, c.path_through)

    return b is not None and key(a) == key(b)


@given(citations(), st.sampled_from(["short", "bluebook", "csm"]))
def test_what_is_written_reads_back(citation: Citation, style: str) -> None:
    text = format_citation(citation, style)  # type: ignore[arg-type]
    assert same(citation, parse_citation(text)), text
    again = parse_citation(canonical_label(citation))
    assert again is not None and canonical_label(again) == canonical_label(citation)
    assert again.span == (0, len(canonical_label(citation)))


PIECES = [
    *(
        "HSC ",
        "Health & Saf. Code, ",
        "28 CCR ",
        "45 C.F.R. ",
        "section ",
        "§§ ",
        "subd. ",
        "subdivision ",
        "paragraph ",
    ),
    *("1383.15", "1368", "(a)", "(1)", "(iv)", " (B)", ", ", " and ", " to ", "-", " of the ", " of ", ".", "\n", " "),
    *(
        "Insurance Code",
        "art. XIII B, ",
        "Cal. Const., ",
        "title 28",
        "\u00a0",
        "\u2013",
        "et seq.",
        "c",
        "İ",
        "(",
        "Act",
    ),
]


@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=25).map("".join)))
def test_any_text_is_read_without_error_and_spans_hold(text: str) -> None:
    found = find_citations(text)
    parse_citation(text)
    plain = str.maketrans({"\u2013": "-", "\u00a0": " "})
    for citation in found:
        start, end = citation.span
        assert 0 <= start < end <= len(text)
        assert citation.section.rpartition(" ")[2] in text[start:end].translate(plain)
        assert all(label in text[start:end] for label in citation.path)
    for before, after in pairwise(found):
        assert before.span[1] <= after.span[0] or (before.span == after.span and before.section == after.section)


@pytest.mark.parametrize(
    "text",
    [
        *("(" * 1_000_000, "1." * 500_000, "section " * 50_000, "§" * 300_000, " " * 1_000_000, "Cal. " * 100_000),
        *("subdivision (a) of " * 50_000, "section 100" + "(a)" * 300_000, "HSC 100-200-300-" * 50_000),
        *("section 1" + " of part 1" * 100_000, "HSC 100, " * 50_000, "section" + " " * 900_000, "1" * 1_000_000),
    ],
    ids=lambda text: f"{text[:20]!r} x {len(text)}",
)
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    find_citations(text)
    parse_citation(text)


KB = (
    *("HSC 1368", "HSC 1368(a)", "HSC 1368.01", "HSC 1368.02", "HSC 1368.02(b)"),
    *("HSC 1383.15", "HSC 1383.15(a)", "HSC 1383.15(a)(1)", "HSC 1383.15(a)(2)", "HSC 1383.15(b)", "HSC 1383.15(c)"),
    *("INS 10169", "INS 10169(i)", "INS 10169(I)", "INS 1368", "28 CCR 1300.68(d)", "28 CCR 1300.68(d)(1)"),
    *(
        "45 CFR 147.136",
        "45 CFR 147.136(b)",
        "29 USC 1185a",
        "CONS XIII B 1",
        "CONS I 7",
        "Grievances > Appeals (first)",
    ),
)


@pytest.mark.parametrize(
    ("text", "status", "label", "candidates"),
    [
        ("HSC 1383.15(c)", "found", "HSC 1383.15(c)", ()),
        ("HSC 1383.15(C)", "found", "HSC 1383.15(c)", ()),
        ("HSC 1383.15(a)(2)", "found", "HSC 1383.15(a)(2)", ()),
        ("1383.15", "found", "HSC 1383.15", ()),
        ("1383.15(a)(1)", "found", "HSC 1383.15(a)(1)", ()),
        ("1300.68(d)", "found", "28 CCR 1300.68(d)", ()),
        ("29 USC 1185A", "found", "29 USC 1185a", ()),
        ("INS 10169(i)", "found", "INS 10169(i)", ()),
        ("INS 10169(I)", "found", "INS 10169(I)", ()),
        ("CONS XIII B 1", "found", "CONS XIII B 1", ()),
        ("HSC 1368-1368.02", "found", "HSC 1368", ("HSC 1368.02",)),
        ("HSC 1368-1368.03", "found", "HSC 1368", ()),
        ("HSC 1383.15(a)-(c)", "found", "HSC 1383.15(a)", ("HSC 1383.15(c)",)),
        ("1368", "ambiguous", None, ("HSC 1368", "INS 1368")),
        ("1368(a)", "ambiguous", None, ("HSC 1368", "INS 1368")),
        ("28 CCR 1300.68", "ambiguous", None, ("28 CCR 1300.68(d)",)),
        ("HSC 1383.15(z)", "unknown_subdivision", None, ("HSC 1383.15(a)", "HSC 1383.15(b)", "HSC 1383.15(c)")),
        ("HSC 1383.15(a)(9)", "unknown_subdivision", None, ("HSC 1383.15(a)(1)", "HSC 1383.15(a)(2)")),
        ("HSC 1383.15(c)(1)", "unknown_subdivision", None, ("HSC 1383.15(c)",)),
        ("HSC 1383.15(z)(1)", "unknown_subdivision", None, ("HSC 1383.15(a)", "HSC 1383.15(b)", "HSC 1383.15(c)")),
        ("45 CFR 147.136(a)", "unknown_subdivision", None, ("45 CFR 147.136(b)",)),
        ("INS 1368(a)", "unknown_subdivision", None, ("INS 1368",)),
        ("1383.150", "unknown_section", None, ("HSC 1383.15",)),
        ("HSC 1383.15c", "unknown_section", None, ("HSC 1383.15",)),
        ("HSC 1383.51", "unknown_section", None, ("HSC 1383.15",)),
        ("INS 1383.15", "unknown_section", None, ("HSC 1383.15",)),
        ("45 CFR 147", "unknown_section", None, ("45 CFR 147.136",)),
        ("HSC 4", "unknown_section", None, ()),
        ("1", "unknown_section", None, ()),
        ("7", "unknown_section", None, ()),
        ("HSC 99999", "unknown_section", None, ()),
    ],
)
def test_a_citation_resolves_to_one_label_or_says_why_not(
    text: str, status: str, label: str | None, candidates: tuple[str, ...]
) -> None:
    citation = parse_citation(text)
    assert citation is not None
    for labels in (KB, set(KB), dict.fromkeys(KB).keys()):
        resolution = resolve(citation, labels)
        assert (resolution.status, resolution.label, resolution.candidates) == (status, label, candidates)
        assert resolution.reason.endswith(".") and resolution.reason.count(". ") == 0


def test_letter_case_decides_where_both_cases_exist() -> None:
    labels = ("26 USC 36B", "29 USC 36b", "29 USC 1185a")
    citation, other = parse_citation("36B"), parse_citation("1185A")
    assert citation is not None and other is not None
    assert resolve(citation, labels).label == "26 USC 36B"
    assert resolve(other, labels).label == "29 USC 1185a"


@given(citations())
def test_a_resolution_never_names_what_was_not_asked(citation: Citation) -> None:
    resolution = resolve(citation, KB)
    assert (resolution.label is None) == (resolution.status != "found")
    assert resolution.label is None or resolution.label in KB
    if resolution.label:
        base = resolution.label.partition("(")[0]
        assert base.lower().endswith(citation.section.lower()) and citation.authority in base

"""True restatements of the corpus, written by hand as a model under the prompt's rules would write them.

NEAR keeps to the rules; FREE is right but takes more liberty, and most of it is expected to be dropped. Each row: the
beginning of the statement that it restates, and the restatement. SPANISH rows are translations.
"""

Rows = tuple[tuple[str, str], ...]

NEAR: Rows = (
    ("A DMHC-regulated California plan must offer an urgent appointment within 96",
     "When prior authorization is needed, a DMHC-regulated California plan must offer an urgent appointment within 96 "
     "hours of the request."),
    ("A DMHC-regulated California plan must offer an urgent appointment within 96",
     "A DMHC-regulated California health plan must offer an urgent appointment within 96 hours of the request if prior "
     "approval is needed."),
    ("A California plan regulated by the Department of Managed Health Care (DMHC) must offer an urgent",
     "When no prior authorization is needed, a California plan regulated by the DMHC must offer an urgent appointment "
     "within 48 hours of the request."),
    ("A DMHC-regulated California plan must offer a specialist",
     "A DMHC-regulated California plan must offer a specialist appointment that isn't urgent within 15 business days "
     "of the request."),
    ("A DMHC-regulated California plan must offer a specialist",
     "Within 15 business days of the request, a DMHC-regulated California plan must offer a specialist appointment "
     "that is not urgent."),
    ("A DMHC-regulated California plan must resolve a member's grievance within 30 days",
     "A DMHC-regulated California plan must resolve your grievance within 30 days."),
    ("A DMHC-regulated California plan must resolve a member's grievance within 30 days",
     "Our summary of the law says that a DMHC-regulated California plan must resolve an enrollee's grievance within "
     "30 days."),
    ("A Medi-Cal managed care member may file a grievance with the plan at any time",
     "As a Medi-Cal managed care member, you may file a grievance with the plan at any time."),
    ("A Medi-Cal managed care member may file a grievance with the plan at any time",
     "If you are a Medi-Cal managed care member, you may file a grievance with the plan at any time."),
    ("A Medi-Cal managed care member has 60 calendar days from the date of the notice to file an appeal",
     "If you're a Medi-Cal managed care member, you have 60 calendar days from the date of the notice to file an "
     "appeal with the plan."),
    ("When a Medi-Cal managed care plan misses its appeal deadline",
     "You count as having finished the plan's appeal process if a Medi-Cal managed care plan misses its appeal "
     "deadline."),
    ("DMHC must send its written decision on a member's complaint within 30 days",
     "DMHC must send its written decision on your complaint within 30 days, unless the director needs longer."),
    ("DMHC may require a plan member to spend up to 30 days",
     "DMHC may require you to spend up to 30 days in the plan's grievance process first."),
    ("A member of a DMHC-regulated plan who faces an imminent",
     "An enrollee of a DMHC-regulated plan who faces an imminent and serious threat to health needn't wait before "
     "going to DMHC."),
    ("If a health care service plan approves a request by an enrollee for a second opinion",
     "If a plan approves your request for a second opinion, you shall be responsible only for the costs of applicable "
     "copayments that the plan requires for similar referrals."),
    ("If a health care service plan approves a request by an enrollee for a second opinion",
     "When the health plan authorizes a request by you for a second opinion, you shall be responsible only for the "
     "costs of applicable copayments that the plan requires for similar referrals."),
    ("If the health care service plan denies a request by an enrollee",
     "If the plan denies your request for a second opinion, it shall tell you in writing of the reasons for the denial "
     "and shall tell you of the right to file a grievance with the plan."),
    ("If the health care service plan denies a request by an enrollee",
     "If the health plan denies your request for a second opinion, it shall inform you of the right to file a "
     "grievance with the plan."),
    ("If the enrollee is requesting a second opinion about care from his or her primary care physician",
     "If you are asking for a second opinion about care from his or her primary care doctor, the second opinion shall "
     "be given by an appropriately qualified health care professional of your choice within the same doctor "
     "organization."),
    ("If an enrollee or participating health professional who is treating",
     "If you or a participating health professional who is treating you requests a second opinion under this section, "
     "an approval or denial shall be given promptly."),
    ("When requested by an enrollee or participating health professional",
     "When asked for by an enrollee or participating health professional who is treating you, a health plan shall give "
     "or approve a second opinion by an appropriately qualified health care professional."),
    ("The time lines shall be made available to the public",
     "The time lines shall be made available to the public on request."),
    ("In approving a second opinion either inside or outside",
     "In authorizing a second opinion either inside or outside of the plan's provider network, the plan shall take "
     "into account your ability to travel to the provider."),
    ("The plan may limit referrals to its network of providers if",
     "If there is a participating plan provider who meets the standard specified in subdivision (b), the plan may "
     "limit referrals to its network of providers."),
    ("The notice shall comply with subdivision (b)",
     "By law, the notice shall comply with subdivision (b) of Section 1368.02."),
    ("Kaiser decides an expedited appeal in 72 hours",
     "The guide says that Kaiser decides an expedited appeal in 72 hours."),
    ("If the dispute is about medical necessity, a Permanente physician",
     "If the dispute is about medical necessity, a Permanente doctor of the same specialty reviews the appeal."),
    ("If the dispute is about medical necessity, a Permanente physician",
     "A Permanente doctor of the same specialty reviews the appeal when the dispute is about medical necessity."),
    ("A Kaiser member can file a grievance in any of three ways",
     "As a Kaiser member, you can file a grievance in any of three ways: by phone, in writing or online."),
    ("The decision of the Independent Medical Review is binding on the plan",
     "According to the guide, the decision of the Independent Medical Review is binding on the health plan."),
    ("A DMHC-regulated plan must give the urgent member notice",
     "A DMHC-regulated plan must provide the urgent member notice of the DMHC right right away and a written "
     "statement within 3 calendar days."),
    ("California gives a Medi-Cal managed care member 120 days",
     "California provides a Medi-Cal managed care member 120 days to request a fair hearing, which is also known as a "
     "state hearing."),
    ("A Medicare Advantage member whose plan refuses to expedite a case",
     "A Medicare Advantage enrollee whose plan refuses to expedite a case can file a fast grievance, which the plan "
     "answers within 24 hours."),
    ("Members can manage their prescriptions online", "Enrollees can manage their prescriptions on line."),
    ("Outside California, an Independent Review Organization",
     "An Independent Review Organization carries out the external review of a Kaiser denial outside California."),
    ("The California Department of Social Services (CDSS) takes requests",
     "CDSS takes requests for a Medi-Cal fair hearing, called a state hearing, at 1-800-952-5253."),
)  # fmt: skip

FREE: Rows = (
    ("A DMHC-regulated California plan must offer a specialist",
     "You have to be offered a non-urgent specialist appointment within 15 business days if a DMHC-regulated "
     "California plan covers you."),
    ("A DMHC-regulated California plan must resolve a member's grievance within 30 days",
     "Your grievance must be resolved within 30 days by a DMHC-regulated California plan."),
    ("A Medi-Cal managed care member may file a grievance with the plan at any time",
     "Medi-Cal managed care members can file a grievance whenever they want."),
    ("If a health care service plan approves a request by an enrollee for a second opinion",
     "Once your second opinion is approved, you only pay the usual copayments."),
    ("If the health care service plan denies a request by an enrollee",
     "The plan has to explain a denial of a second opinion in writing and tell you that you can file a grievance."),
    ("Kaiser decides an expedited appeal in 72 hours", "An expedited appeal at Kaiser takes 72 hours to decide."),
    ("The decision of the Independent Medical Review is binding on the plan",
     "The plan is bound by the decision of the Independent Medical Review."),
    ("DMHC must send its written decision on a member's complaint within 30 days",
     "Unless the director needs longer, DMHC must send its written decision on a member's complaint within 30 days."),
    ("A DMHC-regulated California plan must answer its member phone line",
     "During business hours, a DMHC-regulated California plan must answer its member phone line within 10 minutes."),
    ("The DMHC has a complaint process for consumers", "Consumers can use the DMHC's complaint process."),
    ("In 2024 Kaiser Permanente had about 12.7 million members",
     "Kaiser Permanente had about 12.7 million members in 2024."),
    ("The treating physician's notes should show", "The treating doctor's notes should show the doctor's reasoning."),
)  # fmt: skip

SPANISH: Rows = (
    ("A DMHC-regulated California plan must resolve a member's grievance within 30 days",
     "Un plan de California regulado por el DMHC debe resolver la queja de un miembro dentro de 30 días."),
    ("A DMHC-regulated California plan must offer an urgent appointment within 96",
     "Un plan de California regulado por el DMHC debe ofrecer una cita urgente dentro de las 96 horas de la solicitud "
     "cuando se necesita autorización previa."),
    ("A DMHC-regulated California plan must offer an urgent appointment within 96",
     "Cuando se necesita autorización previa, un plan de California regulado por el DMHC debe ofrecer una cita urgente "
     "dentro de las 96 horas de la solicitud."),
    ("A Medi-Cal managed care member may file a grievance with the plan at any time",
     "Un miembro de atención administrada de Medi-Cal puede presentar una queja al plan en cualquier momento."),
    ("A DMHC-regulated California plan must offer a specialist",
     "Un plan de California regulado por el DMHC debe ofrecer una cita con un especialista que no es urgente dentro de "
     "15 días hábiles de la solicitud."),
    ("A Medi-Cal managed care member has 60 calendar days from the date of the notice to file an appeal",
     "Un miembro de atención administrada de Medi-Cal tiene 60 días calendario desde la fecha del aviso para presentar "
     "una apelación al plan."),
    ("Kaiser decides an expedited appeal in 72 hours", "Kaiser decide una apelación acelerada en 72 horas."),
    ("A DMHC-regulated California plan must keep its grievance logs",
     "El plan debe guardar los registros de quejas por cinco años."),
)  # fmt: skip

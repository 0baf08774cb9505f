"""Golden inputs: short texts written for this package, none of them from a patient or a paper."""

TEXTS = {
    "case-report.txt": "A 47-year-old woman presented with fever, night sweats and a painful "
    "swelling of the left knee. Ultrasound showed an effusion, and arthrocentesis was "
    "performed. Gout was diagnosed and colchicine was started.",
    "ward-note.txt": "HISTORY:\nShortness of breath for three days, no chest "
    "pain.\n\nEXAMINATION:\n- crackles at both bases\n- blood pressure 150/90 "
    "mmHg\n\nEchocardiography showed mitral regurgitation. Furosemide was given.",
    "abbreviations.txt": "Magnetic resonance imaging (MRI) revealed an abscess. After drainage "
    "and ceftriaxone the headache went away; MRI after a month was normal.",
    "no-mentions.txt": "The committee met on Tuesday and agreed to buy two chairs for the library.",
}

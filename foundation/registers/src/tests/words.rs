//! Every error has a sentence in both languages, and every sentence an error.

#[test]
fn every_code_is_said_in_both_languages() {
    let words = kernel::Words::build(&[crate::TEXT]).unwrap();
    for code in crate::CODES {
        assert!(words.has(&code.key()), "no sentence for {}", code.id);
    }
    let known: Vec<String> = crate::CODES.iter().map(kernel::Code::key).collect();
    for text in [crate::TEXT.0, crate::TEXT.1] {
        for key in text.lines().filter_map(|l| l.split_once(" = ").map(|p| p.0)) {
            if key.starts_with("error-") {
                assert!(known.iter().any(|k| k == key), "{key} is nobody's sentence");
            }
        }
    }
}

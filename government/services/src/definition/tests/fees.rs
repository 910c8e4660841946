//! The fee table of every procedure, case and channel, and the time limits.

use super::TODAY;
use crate::definition::Catalogue;
use std::fmt::Write as _;

/// What everybody pays, what exemptions there are, how long it takes: compared line by line with what
/// the portal shows (facts of July 2026), so that a change of any amount shows in a review.
#[test]
fn the_table_of_fees_and_limits() {
    let catalogue = Catalogue::built_in().expect("catalogue");
    let mut out = String::new();
    for p in catalogue.all_in_force(TODAY) {
        for case in &p.file().case {
            let (exemptions, row) = p.fee_table(&case.id);
            let row = row.expect("a row for everybody");
            let amounts: Vec<String> = p
                .file()
                .channels
                .iter()
                .map(|c| format!("{c} {}", kernel::Vnd(row.vnd[c])))
                .collect();
            let limits: Vec<String> =
                p.limits(&case.id).iter().map(|(_, b)| b.to_string()).collect();
            let exempt: Vec<&str> = exemptions.iter().map(|f| f.id.as_str()).collect();
            let _ = writeln!(
                out,
                "{} {}: {} by {:?}; {}; exempt {exempt:?}",
                p.code(),
                case.id,
                amounts.join(", "),
                row.per,
                limits.join(" or "),
            );
        }
    }
    let expected = "\
1.004194 list: online 5.000 đ, assisted 5.000 đ, counter 10.000 đ by Person; 3 working-days; exempt []
1.004194 usual: online 7.000 đ, assisted 7.000 đ, counter 15.000 đ by Dossier; 3 working-days; exempt [\"exempt\", \"claimed\"]
1.002755 list: online 5.000 đ, assisted 5.000 đ, counter 10.000 đ by Person; 3 working-days; exempt []
1.002755 usual: online 7.000 đ, assisted 7.000 đ, counter 15.000 đ by Dossier; 3 working-days; exempt [\"exempt\", \"claimed\"]
1.003677 supervised: online 0 đ, assisted 0 đ, counter 0 đ by Dossier; 2 working-days; exempt []
1.003677 usual: online 0 đ, assisted 0 đ, counter 0 đ by Dossier; 1 working-days; exempt []
2.001159 usual: online 0 đ, assisted 0 đ, counter 0 đ by Dossier; 1 hours; exempt []
1.010041 in_database: online 0 đ, assisted 0 đ, counter 0 đ by Dossier; 1 working-days; exempt []
1.010041 verify: online 0 đ, assisted 0 đ, counter 0 đ by Dossier; 3 working-days; exempt []
1.010028 usual: online 0 đ, assisted 0 đ, counter 0 đ by Dossier; 2 working-days; exempt []
1.010039 usual: online 0 đ, assisted 0 đ, counter 0 đ by Dossier; 3 working-days; exempt []
";
    assert_eq!(out, expected);
}

/// Every amount has one law row for its day, and every law row is used by a file.
#[test]
fn the_legal_table_and_the_files_cover_each_other() {
    let catalogue = Catalogue::built_in().expect("catalogue");
    for law in &catalogue.library().legal {
        let p = catalogue.all().find(|p| p.code().as_str() == law.procedure);
        let p = p.unwrap_or_else(|| panic!("no file of {}", law.procedure));
        let case = p.file().case.iter().find(|c| law.case == "*" || law.case == c.id);
        assert!(case.is_some(), "{}: no case {}", law.procedure, law.case);
        assert!(p.takes(law.channel.as_str()), "{}: no channel {}", law.procedure, law.channel);
        assert!(!law.basis.is_empty() && !law.basis.contains('"'), "{}", law.procedure);
    }
}

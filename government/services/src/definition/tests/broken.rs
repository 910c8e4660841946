//! Files broken on purpose: each takes a real file, makes one mistake in it, and must be refused at
//! exactly the right line, with exactly the right finding.

use super::{built_in_files, findings, short, text_of};

/// One mistake. `find` stands in the file once; it is replaced, and the finding is expected on the
/// line of the change, or on the line where `at` first stands in the broken file.
struct Mistake {
    name: &'static str,
    file: &'static str,
    find: &'static str,
    put: &'static str,
    code: &'static str,
    at: &'static str,
}

/// All built-in files, one of them broken, and the line that must be named.
fn broken(m: &Mistake) -> (Vec<(String, String)>, usize) {
    let text = text_of(m.file);
    assert_eq!(text.matches(m.find).count(), 1, "{}: `{}` must stand there once", m.name, m.find);
    let changed = text.replace(m.find, m.put);
    let at = if m.at.is_empty() { text.find(m.find) } else { changed.find(m.at) };
    let at = at.unwrap_or_else(|| panic!("{}: `{}` does not stand there", m.name, m.at));
    let line = changed[..at].matches('\n').count() + 1;
    let files = built_in_files().iter().map(|(n, t)| {
        let own = n.ends_with(&format!("/{}.toml", m.file));
        ((*n).to_owned(), if own { changed.clone() } else { (*t).to_owned() })
    });
    (files.collect(), line)
}

fn check(m: &Mistake) {
    let (files, line) = broken(m);
    let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let found = findings(&files);
    let expected = format!("{line} {}", m.code);
    assert_eq!(short(&found), [expected], "{}: {found:#?}", m.name);
    let f = &found[0];
    assert!(f.file.ends_with(&format!("{}.toml", m.file)), "{}: {}", m.name, f.file);
    for words in [&f.message, &f.fix] {
        assert!(!words.vi.contains('⟦') && !words.en.contains('⟦'), "{}: {words:?}", m.name);
        assert!(words.vi.len() > 5 && words.en.len() > 5 && words.vi != words.en, "{words:?}");
    }
}

macro_rules! mistakes {
    ($($name:ident: $file:literal, $find:literal => $put:literal, $code:literal $(at $at:literal)?;)+) => {
        const ALL: &[Mistake] = &[$(Mistake {
            name: stringify!($name), file: $file, find: $find, put: $put, code: $code,
            at: concat!($($at)?),
        }),+];
        $(#[test] fn $name() {
            check(ALL.iter().find(|m| m.name == stringify!($name)).expect("in the list"));
        })+
    };
}

mistakes! {
    // TOML and shape
    text_without_end: "1.010028", "theme     = \"residence\"" => "theme     = \"residence", "toml";
    code_without_quotes: "1.010028", "code      = \"1.010028\"" => "code      = 01.010028", "toml";
    key_twice: "1.010028", "form      = \"CT01\"" => "theme     = \"data\"", "toml";
    unknown_key: "1.010028", "sector    = \"G01-CA05\"" => "sectr     = \"G01-CA05\"\nsector    = \"G01-CA05\"", "shape-unknown-key";
    unknown_key_in_row: "1.010028", "check   = \"self <= today" => "chek    = \"true\"\ncheck   = \"self <= today", "shape-unknown-key";
    unknown_key_in_inline_table: "1.010028", "max = 1 },\n  { id = \"proposed\"" => "max = 1, maxx = 1 },\n  { id = \"proposed\"", "shape-unknown-key";
    missing_key: "1.010028", "that   = \"known.applicant.temporary != null\"\n" => "\n", "shape-missing-key" at "[[check]]\nid     = \"registered\"";
    number_as_text: "1.010028", "assurance = 2" => "assurance = \"2\"", "shape-type";
    date_as_text: "1.010028", "valid     = { from = 2026-01-01 }" => "valid     = { from = \"2026-01-01\" }", "shape-type";
    version_zero: "1.010028", "version   = 1" => "version   = 0", "shape-range";
    assurance_three: "1.010028", "assurance = 2" => "assurance = 3", "shape-range";
    strange_format: "1.010028", "schema    = \"dvc/1\"" => "schema    = \"dvc/2\"", "shape-pattern";
    path_with_marks: "1.010028", "path      = \"/cu-tru/xoa-dang-ky-tam-tru\"" => "path      = \"/cư-trú/xóa\"", "shape-pattern";
    unknown_channel: "1.010028", "channels  = [\"online\", \"assisted\", \"counter\"]" => "channels  = [\"online\", \"assisted\", \"conter\"]", "shape-option";
    unknown_ask_type: "1.010028", "type    = \"date\"" => "type    = \"dat\"", "shape-pattern";
    empty_basis: "1.010028", "basis     = [\"Luật Cư trú 68/2020/QH14 Đ29\", \"NĐ 154/2024/NĐ-CP\", \"TT 53/2025/TT-BCA\"]" => "basis     = []", "shape-empty";
    one_language_only: "1.010028", "name      = { vi = \"Xóa đăng ký tạm trú\", en = \"Remove temporary residence\" }" => "name      = { vi = \"Xóa đăng ký tạm trú\" }", "shape-missing-key";
    one_language_blank: "1.010028", "label = { vi = \"Vì sao bạn xóa tạm trú?\", en = \"Why do you remove it?\" }" => "label = { vi = \"Vì sao bạn xóa tạm trú?\", en = \" \" }", "shape-blank";

    // Expressions
    expression_unfinished: "1.010028", "self <= today && self >= today - days(400)" => "self <= today && (self >= today - days(400)", "expression-syntax";
    expression_has: "1.003677", "that = \"ask.since >= today\"" => "that = \"has(ask.since) && ask.since >= today\"", "expression-not-allowed";
    expression_float: "1.010028", "self >= today - days(400)" => "self >= today - days(1.5)", "expression-not-allowed";
    expression_product: "1.010028", "days(400)" => "days(40 * 10)", "expression-not-allowed";
    expression_index: "2.001159", "ask.guests.all(g, g.pid != known.applicant.pid)" => "ask.guests[0].pid != known.applicant.pid", "expression-not-allowed";
    expression_method: "1.010028", "\"ask.reason == 'permanent'\"" => "\"ask.reason.startsWith('perm')\"", "expression-not-allowed";
    unknown_function: "1.010028", "days(400)" => "day(400)", "expression-function";
    unknown_name: "1.010028", "self <= today && self >=" => "self <= tody && self >=", "expression-name";
    unknown_question: "1.010028", "\"ask.reason == 'permanent'\"" => "\"ask.raeson == 'permanent'\"", "expression-field";
    unknown_fact: "1.010028", "known.applicant.permanent.dwelling == known" => "known.applicant.permanent.dweling == known", "expression-field";
    question_that_comes_later: "1.004194", "known.dwelling.head != null && known.dwelling.head.pid != known.applicant.pid" => "known.dwelling.head != null && size(ask.people) == 0 && known.dwelling.head.pid != known.applicant.pid", "expression-field";
    fact_may_be_missing: "1.003677", "decider   = { role = \"commune-police\", at = \"known.applicant.abode.commune\" }" => "decider   = { role = \"commune-police\", at = \"known.applicant.permanent.commune\" }", "expression-may-be-empty";
    answer_may_be_missing: "1.004194", "relation = \"ask.relation\", with" => "relation = \"child_of(ask.relation)\", with", "expression-may-be-empty";
    date_against_text: "1.010028", "self <= today && self >=" => "self <= 'today' && self >=", "expression-types";
    date_plus_number: "1.010028", "today - days(400)" => "today - 400", "expression-types";
    person_against_number: "1.004194", "known.dwelling.head.pid == known.dwelling.owner.pid" => "known.dwelling.head == known.dwelling.owner.pid", "expression-types";
    commune_against_person: "1.004194", "ask.abode.commune != known.applicant.permanent.commune" => "ask.abode.commune != known.applicant.pid", "expression-types";
    never_null: "1.010028", "that   = \"known.applicant.temporary != null\"" => "that   = \"known.applicant.temporary != null && known.applicant.name != null\"", "expression-never-empty";
    option_that_is_none: "1.004194", "household = \"ask.join == 'join' ?" => "household = \"ask.join == 'jion' ?", "expression-word";
    code_that_is_none: "1.003677", "that = \"ask.until >= months_after(ask.since, 12)\"" => "that = \"ask.until >= months_after(ask.since, 12) || ask.kind == 'lng'\"", "expression-word";
    too_few_arguments: "1.003677", "ask.until >= months_after(ask.since, 12)" => "ask.until >= months_after(ask.since)", "expression-arguments";
    wrong_argument: "1.003677", "ask.until >= months_after(ask.since, 12)" => "ask.until >= months_after(ask.reason, 12)", "expression-argument";
    item_the_function_needs: "1.004194", "&& !exempt(known.applicant, 'TT75-D4')" => "&& !exempt(known.dwelling, 'TT75-D4')", "expression-argument";
    unreal_date: "1.010028", "default = \"today\"" => "default = \"date('2026-02-30')\"", "expression-date";
    unknown_exemption: "1.004194", "case != 'list' && exempt(known.applicant, 'TT75-D4')" => "case != 'list' && exempt(known.applicant, 'TT75-D5')", "expression-exempt";
    no_list: "2.001159", "ask.guests.all(g, g.pid != known.applicant.pid)" => "ask.reason.all(g, g != '')", "expression-no-list";
    condition_is_no_condition: "1.010028", "when = \"ask.reason == 'permanent'\"" => "when = \"ask.reason\"", "expression-result";
    default_of_wrong_type: "1.010028", "default = \"today\"" => "default = \"'today'\"", "expression-result";
    consent_of_nobody: "1.004194", "who = \"other_parent(ask.with)\"" => "who = \"size(ask.with)\"", "expression-result";
    unknown_value_in_sentence: "1.010028", "Tạm trú này bắt đầu ngày {known.applicant.temporary.since}." => "Tạm trú này bắt đầu ngày {known.applicant.temporary.from}.", "expression-field";

    // Questions and facts
    asks_a_known_thing: "1.010028", "[[ask]]\nid      = \"on\"" => "[[ask]]\nid    = \"birthday\"\ntype  = \"date\"\nlabel = { vi = \"Bạn sinh hôm nào?\", en = \"When were you born?\" }\n[[ask]]\nid      = \"on\"", "ask-known" at "id    = \"birthday\"";
    asks_a_known_thing_in_other_words: "1.010028", "[[ask]]\nid      = \"on\"" => "[[ask]]\nid    = \"x1\"\ntype  = \"text\"\nmax   = 30\nlabel = { vi = \"Số CCCD của bạn\", en = \"Your card\" }\nwhy   = { vi = \"Để kiểm tra.\", en = \"To check.\" }\n[[ask]]\nid      = \"on\"", "ask-known" at "id    = \"x1\"";
    asks_a_known_thing_in_english: "1.010028", "[[ask]]\nid      = \"on\"" => "[[ask]]\nid    = \"x1\"\ntype  = \"text\"\nmax   = 30\nlabel = { vi = \"Bạn ở đâu lâu dài?\", en = \"Your permanent address?\" }\n[[ask]]\nid      = \"on\"", "ask-known" at "id    = \"x1\"";
    looks_like_a_known_thing: "1.004194", "why    = { not = \"relation\", vi" => "why    = { vi", "ask-known" at "id     = \"relation\"";
    does_not_say_why: "1.010028", "why     = { vi = \"Ngày chuyển đi chưa có trong cơ sở dữ liệu nào.\", en = \"No register knows the day you moved.\" }\n" => "\n", "ask-why" at "id      = \"on\"";
    unknown_item: "1.010028", "\"abode\", \"relatives\", \"death\"" => "\"abode\", \"relatves\", \"relatives\", \"death\"", "known-item";
    no_way_to_correct: "1.010028", "dispute = \"1.010039\"\n" => "", "shape-missing-key" at "[known]";
    unknown_purpose: "1.010028", "purpose = \"residence.temporary.remove\"" => "purpose = \"residence.temporary.rmove\"", "known-purpose";
    item_read_in_vain: "1.010028", "\"death\", \"contact\"]" => "\"death\", \"contact\", \"household\"]", "known-unused";
    item_beyond_the_purpose: "1.010028", "\"death\", \"contact\"]" => "\"death\", \"contact\", \"religion\"]", "known-not-covered";
    facts_of_no_question: "1.004194", "dwelling  = { from = \"dwelling\"" => "elsewhere = { from = \"dwelling\", of = \"ask.aboed\", items = [\"owner\"] }\ndwelling  = { from = \"dwelling\"", "known-ask";
    no_sentence_for_a_check: "1.010028", "else    = { vi = \"Ngày thôi ở phải là hôm nay hoặc trước hôm nay, không quá 400 ngày.\", en = \"The day must be today or before, by 400 days at most.\", basis = \"Luật Cư trú 68/2020/QH14 Đ29\" }" => "", "ask-no-sentence" at "check   = \"self <= today";
    choice_without_options: "1.010041", "options = [{ id = \"me\", label = { vi = \"Chỉ nơi cư trú của tôi\", en = \"Only my own residence\" } }, { id = \"household\", label = { vi = \"Cả hộ gia đình tôi đang ở\", en = \"The whole household I live in\" } }]" => "options = [{ id = \"household\", label = { vi = \"Cả hộ gia đình tôi đang ở\", en = \"The whole household I live in\" } }]", "ask-options";
    sentence_without_a_check: "2.001159", "check   = \"self >= ask.since && self - ask.since < days(30)\"\n" => "", "ask-else" at "else    = { vi = \"Lưu trú là";
    late_without_letter: "1.010028", "late   = { letter = \"xin-loi-hen-lai.typ\", max = 1 }\n" => "", "clock-late" at "[clock]";
    result_without_form: "1.010041", "template = \"xac-nhan-cu-tru.typ\"\nform     = \"CT07\"\n" => "template = \"xac-nhan-cu-tru.typ\"\n", "result-form" at "template = \"xac-nhan-cu-tru.typ\"";
    link_to_words: "1.010041", "type     = \"text\"" => "type     = \"text\"\nlink     = \"de\"", "ask-link" at "link     = \"de\"";
    text_without_limit: "1.003677", "max   = 300\n" => "\n", "ask-max" at "[[ask]]\nid    = \"reason\"";
    columns_of_nobody: "1.010028", "type  = \"code:removal-reason\"" => "type  = \"code:removal-reason\"\ncolumns = [\"name\"]", "ask-columns-not-people" at "columns = [\"name\"]";
    options_of_no_choice: "1.010028", "type    = \"date\"" => "type    = \"date\"\noptions = [{ id = \"a\", label = { vi = \"A\", en = \"A\" } }]", "ask-options-not-choice" at "options = [{ id = \"a\"";
    limits_upside_down: "2.001159", "min     = 1\nmax     = 50" => "min     = 51\nmax     = 50", "ask-range";
    unknown_code_list: "1.010028", "type  = \"code:removal-reason\"" => "type  = \"code:removal-reasons\"", "ask-code-list";
    code_not_in_list: "1.004194", "except = [\"head\", \"collective\"]" => "except = [\"head\", \"colective\"]", "code-unknown";
    unknown_kind_of_paper: "1.003677", "accept = [\"supervisor-consent\"]" => "accept = [\"supervisor-consnt\"]", "code-unknown";
    unknown_theme: "1.010028", "theme     = \"residence\"" => "theme     = \"residense\"", "code-unknown";
    id_with_capitals: "1.010028", "id   = \"after_start\"" => "id   = \"afterStart\"", "id-shape";
    id_twice: "1.010028", "id   = \"permanent_there\"" => "id   = \"after_start\"", "id-twice";
    id_of_a_shared_check: "1.010028", "id   = \"permanent_there\"" => "id   = \"alive\"", "id-twice";
    unknown_shared: "1.010028", "shared    = [\"alive\", \"parent_known\", \"guardian\"]" => "shared    = [\"alive\", \"parent_knwon\", \"guardian\"]", "shared-unknown";
    uncertain_about_nothing: "1.010028", "at = \"ask.reason\", note" => "at = \"ask.raeson\", note", "uncertain-at";
    reminder_of_nothing: "1.002755", "item = \"temporary.until\"" => "item = \"permanent.until\"", "remind-item";

    // Steps and results
    unknown_actor: "1.010028", "who = \"commune-police.officer\"" => "who = \"commune-police.oficer\"", "step-who";
    unknown_action: "1.010028", "do = { propose = \"proposed\"," => "do = { propse = \"proposed\",", "step-action";
    needs_of_no_action: "1.010028", "ask-more = [\"note\"] }" => "ask-mor = [\"note\"] }", "step-action";
    automatic_without_condition: "1.010028", "auto = { accept = \"checks && consents && evidence && paid\", reject = \"consent_refused || consent_expired\" }, " => "", "step-auto-missing";
    unknown_signal: "1.010028", "checks && consents && evidence && paid" => "checks && consents && evidence && payed", "expression-name";
    nobody_comes_here: "2.001159", "do = { accept = \"accepted\" }" => "do = { accept = \"done\" }", "step-unreached" at "{ id = \"accepted\"";
    never_ends: "1.010028", "do = { send = \"accepted\" }" => "do = { send = \"wait-supplement\" }", "step-endless";
    leads_nowhere: "1.010028", "do = { refuse = \"refused\", return = \"accepted\" }, needs = { refuse = [\"reason\", \"basis\"], return = [\"note\"] } },\n]" => "do = { refuse = \"refused\", return = \"acepted\" }, needs = { refuse = [\"reason\", \"basis\"], return = [\"note\"] } },\n]", "state-no-result";
    refusal_without_reason: "1.010028", "do = { refuse = \"refused\", return = \"accepted\" }, needs = { refuse = [\"reason\", \"basis\"], return = [\"note\"] } },\n]" => "do = { refuse = \"refused\", return = \"accepted\" }, needs = { refuse = [\"reason\"], return = [\"note\"] } },\n]", "refusal-reason";
    refusal_letter_without_basis: "2.001159", "needs    = [\"reason\", \"basis\"]" => "needs    = [\"reason\"]", "refusal-reason" at "on       = [\"refused\"]";
    step_without_name: "1.010028", "name = { vi = \"Chờ lãnh đạo ký từ chối\", en = \"Refusal waits for the head\" }, " => "", "state-name" at "{ id = \"accepted\"";
    result_on_a_step: "2.001159", "on       = [\"done\"]" => "on       = [\"done\", \"accepted\"]", "result-on-step";
    result_on_nothing: "2.001159", "on       = [\"refused\"]" => "on       = [\"refused\", \"refsed\"]", "state-unknown";
    other_person_of_no_step: "2.001159", "do = { acknowledge = \"done\"," => "not_same_person_as = \"acepted\", do = { acknowledge = \"done\",", "state-unknown";
    same_post_for_both: "1.010028", "{ id = \"proposed\", who = \"commune-police.head\"" => "{ id = \"proposed\", who = \"commune-police.officer\"", "four-eyes";
    clock_starts_nowhere: "1.010028", "starts = \"accepted\"" => "starts = \"acepted\"", "state-unknown";
    clock_stops_nowhere: "1.010028", "stops  = [\"wait-supplement\"]" => "stops  = [\"wait-supplement\", \"wait-suplement\"]", "state-unknown";
    clock_runs_while_waiting: "1.010028", "stops  = [\"wait-supplement\"]" => "stops  = []", "clock-runs-on" at "{ id = \"wait-supplement\"";
    no_stops_at_all: "1.010028", "stops  = [\"wait-supplement\"]\n" => "", "shape-missing-key" at "[clock]";
    tells_of_nothing: "1.010028", "\"refused-intake\", \"late\"] }" => "\"refused-intke\", \"late\"] }", "state-unknown";
    takes_back_nowhere: "2.001159", "withdraw  = [\"filed\", \"accepted\"]" => "withdraw  = [\"filed\", \"acepted\"]", "state-unknown";
    grants_without_writing: "1.010041", "writes   = []\n" => "", "result-writes" at "on       = [\"done\"]";
    relation_that_is_none: "1.002755", "with_relation(ask.people, 'collective')" => "with_relation(ask.people, 'colective')", "code-unknown";
    unknown_operation: "1.010028", "op = \"residence.remove_temporary\"" => "op = \"residence.remove_temporray\"", "write-operation";
    unknown_argument: "1.010028", "on = \"ask.on\", reason = \"ask.reason\" }" => "on = \"ask.on\", reason = \"ask.reason\", resaon = \"ask.reason\" }", "write-argument";
    missing_argument: "1.010028", "on = \"ask.on\", reason = \"ask.reason\" }" => "on = \"ask.on\" }", "write-missing";
    argument_of_wrong_type: "1.010028", "on = \"ask.on\", reason = \"ask.reason\" }" => "on = \"ask.reason\", reason = \"ask.reason\" }", "expression-result";

    // Fees and limits
    no_amount_for_a_channel: "1.004194", "{ id = \"usual\", vnd = { online = 7_000, assisted = 7_000, counter = 15_000 }" => "{ id = \"usual\", vnd = { online = 7_000, counter = 15_000 }", "fee-channel";
    amount_not_of_the_law: "1.004194", "{ id = \"usual\", vnd = { online = 7_000," => "{ id = \"usual\", vnd = { online = 7_500,", "fee-not-law";
    half_the_fee_online: "1.002755", "assisted = 5_000, counter = 10_000" => "assisted = 5_000, counter = 12_000", "fee-not-law";
    fee_where_law_has_none: "1.010028", "vnd = { online = 0, assisted = 0, counter = 0 }" => "vnd = { online = 0, assisted = 0, counter = 2_000 }", "fee-not-law";
    exemption_that_costs: "1.004194", "when = \"case != 'list' && ask.exemption != null\", vnd = { online = 0," => "when = \"case != 'list' && ask.exemption != null\", vnd = { online = 1_000,", "fee-exemption-amount";
    row_for_some_without_reason: "1.004194", ", exemption = { vi = \"Miễn: theo giấy tờ bạn gửi kèm\", en = \"Exempt: by the paper you add\" }" => "", "fee-not-exemption";
    last_row_conditional: "1.010028", "fee = [{ id = \"usual\", vnd" => "fee = [{ id = \"usual\", when = \"case == 'usual'\", vnd", "row-last";
    row_that_hides_others: "1.003677", "limit  = [{ when = \"case == 'supervised'\", working_days = 2," => "limit  = [{ working_days = 2,", "row-hides";
    by_person_without_count: "1.004194", "per = \"person\", count = \"size(ask.people)\"," => "per = \"person\",", "fee-count";
    limit_with_two_units: "1.010028", "{ working_days = 2," => "{ working_days = 2, days = 2,", "limit-unit";
    limit_without_unit: "2.001159", "limit  = [{ hours = 1," => "limit  = [{", "limit-unit";
    last_limit_conditional: "1.010028", "{ working_days = 2," => "{ when = \"case == 'usual'\", working_days = 2,", "row-last";
    warning_before_the_start: "1.010028", "{ left = 1, to = \"officer\" }" => "{ left = 5, to = \"officer\" }", "warn-early";
    same_channel_twice: "1.010028", "channels  = [\"online\", \"assisted\", \"counter\"]" => "channels  = [\"online\", \"assisted\", \"counter\", \"online\"]", "id-twice";

    // Letters, routes, versions
    unknown_letter: "1.010028", "template = \"thong-bao-ket-qua.typ\"" => "template = \"thong-bao-ket-quả.typ\"", "letter-missing";
    unknown_late_letter: "1.010028", "letter = \"xin-loi-hen-lai.typ\"" => "letter = \"xin-loi.typ\"", "letter-missing";
    letter_lacks_a_variable: "1.010028", "\"result.kind\" = \"'removed'\", " => "", "letter-variable" at "template = \"thong-bao-ket-qua.typ\"";
    letter_has_no_such_variable: "1.010028", "\"result.removed_on\" = \"ask.on\"" => "\"result.removed\" = \"ask.on\"", "letter-unknown";
    letter_needs_an_item: "1.003677", "items = [\"name\", \"birth\", \"sex\", \"pid\", \"permanent\", \"temporary\", \"abode\", \"absence\"" => "items = [\"name\", \"birth\", \"pid\", \"permanent\", \"temporary\", \"abode\", \"absence\"", "letter-variable" at "template = \"khai-bao-tam-vang.typ\"";
    unknown_signer: "2.001159", "sign     = \"commune-police.officer\"\nletter" => "sign     = \"commune-police.oficer\"\nletter", "step-who";
    unknown_role: "1.010028", "role = \"commune-police\", at" => "role = \"commune-polis\", at", "route-role";
    unknown_correction: "1.010028", "dispute = \"1.010039\"" => "dispute = \"1.010093\"", "dispute-unknown";
    ends_before_it_begins: "1.010028", "valid     = { from = 2026-01-01 }" => "valid     = { from = 2026-01-01, to = 2025-12-31 }", "valid-order";
    address_of_another: "1.010028", "path      = \"/cu-tru/xoa-dang-ky-tam-tru\"" => "path      = \"/cu-tru/gia-han-tam-tru\"", "path-twice";
}

#[test]
fn many_mistakes_are_reported_at_once() {
    let text = text_of("1.010028")
        .replace("theme     = \"residence\"", "theme     = \"residnce\"")
        .replace("days(400)", "day(400)")
        .replace("outcome  = \"granted\"", "outcome  = \"refused\"")
        .replace("{ working_days = 2,", "{ working_days = 2, days = 2,");
    let found = findings(&[("one.toml", &text)]);
    let codes: Vec<&str> = found.iter().map(|f| f.code).collect();
    for code in ["code-unknown", "expression-function", "limit-unit", "refusal-reason"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    assert!(codes.contains(&"result-none-granted"));
    assert!(found.windows(2).all(|w| w[0].line <= w[1].line), "in order of lines");
}

#[test]
fn a_refusal_that_says_it_granted_is_refused() {
    let text = text_of("2.001159").replace("outcome  = \"refused\"", "outcome  = \"granted\"");
    let found = findings(&[("one.toml", &text)]);
    assert!(found.iter().any(|f| f.code == "result-outcome"), "{found:?}");
}

#[test]
fn anything_at_all_is_read_without_a_crash() {
    use proptest::prelude::*;
    let whole = text_of("1.004194");
    let starts: Vec<usize> = whole.char_indices().map(|(i, _)| i).collect();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let cut = (0..starts.len(), 0..400_usize, "[a-z\\[\\]{}=\"'.,&|!<>()0-9ĐỄ\n -]{0,12}");
    runner
        .run(&cut, |(at, drop, put)| {
            let from = starts[at];
            let to = starts.get(at + drop).copied().unwrap_or(whole.len());
            let text = format!("{}{put}{}", &whole[..from], &whole[to..]);
            for f in findings(&[("x.toml", &text)]) {
                prop_assert!(f.line <= text.lines().count().max(1) + 1);
            }
            Ok(())
        })
        .unwrap_or_else(|e| panic!("{e}"));
}

//! The registers' error codes.

use kernel::codes;

codes! {
    /// No rule lets this post read these items for this purpose.
    ACCESS_REFUSED = "access.refused", NotAllowed;
    /// The person does not live in the officer's area and no open dossier names them; also the
    /// answer when there is no such person, so that numbers cannot be tried out.
    ACCESS_OUTSIDE = "access.outside_area", NotAllowed;
    /// The purpose is not listed.
    PURPOSE_UNKNOWN = "access.purpose_unknown", NotAllowed;
    /// The purpose does not cover one of the items.
    ITEM_OUTSIDE_PURPOSE = "access.item_outside_purpose", NotAllowed;
    /// Own data are for the citizen, not for somebody at work in a post.
    AT_WORK = "data.at_work", NotAllowed;
    /// An account of level 1 is declared online; a person's whole record needs level 2.
    LEVEL_LOW = "data.level_low", NotAllowed;
    /// One of the law's data files cannot be used.
    LAW_FILE = "registers.law_file", BadInput;
    /// No person of this number.
    PERSON_UNKNOWN = "person.unknown", NotFound;
    /// A person of this number is there already.
    PERSON_EXISTS = "person.exists", Conflict;
    /// The person has died or is declared missing.
    PERSON_DEAD = "person.dead", Conflict;
    /// The record was merged into another one of the same person.
    PERSON_MERGED = "person.merged", Conflict;
    /// A value does not have the item's shape.
    ITEM_SHAPE = "person.item_shape", BadInput;
    /// Items of residence change by residence commands only.
    ITEM_DERIVED = "person.item_derived", BadInput;
    /// A fact would start after today.
    TRUE_FROM_FUTURE = "person.true_from_future", BadInput;
    /// The person's birth lies after the date.
    BEFORE_BIRTH = "person.before_birth", BadInput;
    /// A search text too short to search with.
    SEARCH_SHORT = "person.search_short", BadInput;
    /// No such dwelling.
    DWELLING_UNKNOWN = "residence.dwelling_unknown", NotFound;
    /// The commune code does not exist on that date.
    COMMUNE_UNKNOWN = "residence.commune_unknown", BadInput;
    /// The address line is empty or too long.
    ADDRESS_LINE = "residence.address_line", BadInput;
    /// No such household.
    HOUSEHOLD_UNKNOWN = "residence.household_unknown", NotFound;
    /// The household lives in another dwelling.
    HOUSEHOLD_ELSEWHERE = "residence.household_elsewhere", BadInput;
    /// The end does not lie after the beginning.
    END_BEFORE_START = "residence.end_before_start", BadInput;
    /// Temporary residence over two years (Luật Cư trú Điều 27).
    TOO_LONG = "residence.too_long", BadInput;
    /// Temporary residence within the commune of permanent residence.
    SAME_COMMUNE = "residence.same_commune", BadInput;
    /// There is a temporary residence there already: extend it.
    ALREADY_THERE = "residence.already_there", Conflict;
    /// No residence of this kind in force.
    NOT_REGISTERED = "residence.not_registered", NotFound;
    /// The new end does not lie after the old one.
    NOT_LATER = "residence.not_later", BadInput;
    /// The date lies before the last change of this registration.
    BEFORE_LAST_CHANGE = "residence.before_last_change", BadInput;
    /// A minor without a parent or guardian among those who move or consent.
    MINOR_ALONE = "residence.minor_alone", BadInput;
    /// The relation to the head is not in the list.
    RELATION_UNKNOWN = "residence.relation_unknown", BadInput;
    /// The relation does not fit the person's sex.
    RELATION_SEX = "residence.relation_sex", BadInput;
    /// The ages of the two do not allow this relation.
    RELATION_AGE = "residence.relation_age", BadInput;
    /// A household has one head, and one spouse of the head.
    RELATION_TAKEN = "residence.relation_taken", Conflict;
    /// The person is a member of this household already.
    MEMBER_ALREADY = "residence.member_already", Conflict;
    /// The person is not a member of this household.
    MEMBER_UNKNOWN = "residence.member_unknown", NotFound;
    /// The same person twice in one command.
    PERSON_TWICE = "residence.person_twice", BadInput;
    /// More people than one command takes.
    TOO_MANY = "residence.too_many", BadInput;
    /// Somebody must stay in a household that is split.
    SPLIT_EMPTY = "residence.split_empty", BadInput;
    /// Households can be merged within one dwelling only.
    MERGE_ELSEWHERE = "residence.merge_elsewhere", BadInput;
    /// A household without a head cannot take others in: their relations would be to nobody.
    MERGE_HEADLESS = "residence.merge_headless", BadInput;
    /// Nobody was named who heads the household.
    HEAD_NONE = "residence.head_none", BadInput;
    /// The person is the head already.
    HEAD_SAME = "residence.head_same", BadInput;
    /// A head of household is of age (or lives alone).
    HEAD_MINOR = "residence.head_minor", BadInput;
    /// Lodging of 30 days and more is temporary residence.
    STAY_LONG = "residence.stay_long", BadInput;
    /// An absence is declared already for these days.
    ABSENT_ALREADY = "residence.absent_already", Conflict;
    /// Nobody was named who moves, or nobody lives in a household that is to.
    MOVE_NOBODY = "residence.move_nobody", BadInput;
    /// A dwelling cannot be moved to where it is.
    MOVE_SAME = "residence.move_same", BadInput;
    /// Who stays in the household for a time has the permanent residence in the new commune.
    MOVE_GUEST_HOME = "residence.move_guest_home", BadInput;
    /// The move rests on a paper or decision, in one line.
    MOVE_BASIS = "residence.move_basis", BadInput;
    /// The demo can be generated into an empty register only.
    REGISTER_NOT_EMPTY = "registers.not_empty", Conflict;
    /// The taking over of a list was cut off, and a copy would have half of it.
    LIST_UNFINISHED = "registers.list_unfinished", Conflict;
    /// More made-up people than a province can number.
    PERSONS_TOO_MANY = "registers.persons_too_many", BadInput;
    /// A file cannot be read.
    FILE_UNREADABLE = "registers.file_unreadable", BadInput;
    /// A file cannot be written.
    FILE_UNWRITTEN = "registers.file_unwritten", Unavailable;
    /// The ending of a file's name says nothing about its shape.
    FORMAT_UNKNOWN = "registers.format_unknown", BadInput;
    /// The encoding of a file cannot be told for sure.
    ENCODING_UNKNOWN = "registers.encoding_unknown", BadInput;
    /// The heading of a list lacks columns that every list needs.
    HEADING_LACKS = "registers.heading_lacks", BadInput;
    /// More remarks than a list may have.
    IMPORT_REMARKS = "registers.import_remarks", BadInput;
    /// No rule lets the register be given out as a list.
    EXPORT_REFUSED = "registers.export_refused", NotAllowed;
    /// No such pair of records in the officer's commune.
    PAIR_UNKNOWN = "match.unknown", NotFound;
    /// Somebody has decided about the pair.
    PAIR_DECIDED = "match.decided", Conflict;
    /// A decision about a pair says why, in one line.
    PAIR_BASIS = "match.basis", BadInput;
    /// Which of the two records goes on was not said.
    PAIR_KEEP = "match.keep", BadInput;
    /// The record that is to end still lives somewhere.
    PAIR_LIVES = "match.lives", Conflict;
    /// The pair is not merged.
    PAIR_NOT_MERGED = "match.not_merged", Conflict;
    /// A merger of communes rests on a resolution, in one line.
    MERGER_BASIS = "registers.merger_basis", BadInput;
    /// A merger recorded on the page begins tomorrow at the earliest.
    MERGER_LATE = "registers.merger_late", BadInput;
    /// No merger of this commune was recorded.
    MERGER_UNKNOWN = "registers.merger_unknown", NotFound;
    /// A merger whose day has come cannot be taken back.
    MERGER_OVER = "registers.merger_over", Conflict;
    /// No commune of this province is known.
    PROVINCE_EMPTY = "registers.province_empty", BadInput;
}

/// A report that cannot be written.
pub(crate) fn report_unwritten(e: &std::io::Error) -> kernel::Error {
    kernel::Error::new(FILE_UNWRITTEN).because(e)
}

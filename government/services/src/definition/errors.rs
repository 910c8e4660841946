//! Error codes of answers and procedures.

use kernel::codes;

codes! {
    /// Not one of the options.
    ANSWER_OPTION = "form.option", BadInput;
    /// A number outside its limits.
    ANSWER_RANGE = "form.range", BadInput;
    /// Too few or too many people.
    ANSWER_COUNT = "form.count", BadInput;
    /// The same person twice in a list.
    ANSWER_TWICE = "form.twice", BadInput;
    /// A birthday that lies ahead.
    BIRTH_AHEAD = "form.birth_ahead", BadInput;
    /// An answer breaks the procedure's own rule; the procedure file has the sentence.
    ANSWER_RULE = "procedure.rule", BadInput;
    /// A check of the procedure does not hold; the procedure file has the sentence.
    CHECK_FAILED = "procedure.check", BadInput;
    /// The answer does not have the shape of its question.
    ANSWER_SHAPE = "form.shape", BadInput;
}

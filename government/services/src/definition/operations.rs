//! The operations of the registers that a result may write: names and arguments. What each does is
//! the register's business; the runtime maps them one to one.

use super::expressions::Type;
use super::expressions::types::CodeKind;

/// One operation.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// `register.verb`.
    pub id: &'static str,
    /// Its arguments: name, type, needed.
    pub arguments: &'static [(&'static str, Arg, bool)],
}

/// The types arguments have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arg {
    /// A person's number.
    Pid,
    /// Persons, each with at least `pid`.
    People,
    /// Persons, each with `pid` and `relation`.
    Companions,
    /// A household of the register.
    Household,
    /// A place.
    Address,
    /// A day.
    Date,
    /// Text, a code or a word.
    Text,
}

impl Arg {
    /// As a type of the language.
    pub fn of(self) -> Type {
        match self {
            Self::Pid => Type::Code(CodeKind::Pid),
            Self::People => {
                Type::list(Type::record("person", &[("pid", Type::Code(CodeKind::Pid))]))
            }
            Self::Companions => {
                let fields = [("pid", Type::Code(CodeKind::Pid)), ("relation", Type::Text)];
                Type::list(Type::record("person", &fields))
            }
            Self::Household => Type::Code(CodeKind::Household),
            Self::Address => Type::address(),
            Self::Date => Type::Date,
            Self::Text => Type::Text,
        }
    }
}

use Arg::{Address, Companions, Date, Household, People, Pid, Text};

/// All of them.
pub const OPERATIONS: &[Operation] = &[
    // Đăng ký tạm trú. `join`: `join` (into `household`, as `relation` to its head) or `new`.
    // `with`: who comes along, each with the `relation` to the same head. Consents given are handed
    // over by the runtime.
    Operation {
        id: "residence.register_temporary",
        arguments: &[
            ("person", Pid, true),
            ("address", Address, true),
            ("until", Date, true),
            ("join", Text, false),
            ("household", Household, false),
            ("relation", Text, false),
            ("with", Companions, false),
        ],
    },
    // Đăng ký tạm trú theo danh sách: everybody into the collective household of the place.
    Operation {
        id: "residence.register_list",
        arguments: &[("people", People, true), ("address", Address, true), ("until", Date, true)],
    },
    Operation {
        id: "residence.extend_temporary",
        arguments: &[("person", Pid, true), ("until", Date, true)],
    },
    // Gia hạn theo danh sách.
    Operation {
        id: "residence.extend_list",
        arguments: &[("people", People, true), ("until", Date, true)],
    },
    // `reason`: a code of `registers::residence::reason`.
    Operation {
        id: "residence.remove_temporary",
        arguments: &[("person", Pid, true), ("on", Date, true), ("reason", Text, true)],
    },
    Operation {
        id: "residence.declare_absence",
        arguments: &[
            ("person", Pid, true),
            ("since", Date, true),
            ("until", Date, false),
            ("reason", Text, true),
            ("destination", Address, false),
        ],
    },
    Operation {
        id: "residence.notify_stay",
        arguments: &[
            ("guests", People, true),
            ("at", Address, true),
            ("since", Date, true),
            ("until", Date, true),
            ("reason", Text, true),
        ],
    },
    // Điều chỉnh thông tin: one of `text` and `date` has the right value.
    Operation {
        id: "population.amend",
        arguments: &[
            ("person", Pid, true),
            ("item", Text, true),
            ("text", Text, false),
            ("date", Date, false),
        ],
    },
    // The person says that an item is wrong; the register says so until it is settled.
    Operation {
        id: "population.dispute",
        arguments: &[("person", Pid, true), ("item", Text, true)],
    },
    // The dispute ends without a correction: the record is right, or the person took it back.
    Operation {
        id: "population.uphold",
        arguments: &[("person", Pid, true), ("item", Text, true)],
    },
    Operation {
        id: "population.drop_dispute",
        arguments: &[("person", Pid, true), ("item", Text, true)],
    },
];

/// One by its name.
pub fn operation(id: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|o| o.id == id)
}

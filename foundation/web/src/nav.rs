//! The sections of the site and who sees them.

/// Where a page stands: marks the place in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// No place in the navigation.
    None,
    /// Trang chủ
    Home,
    /// Dịch vụ
    Services,
    /// Hồ sơ của tôi
    Dossiers,
    /// Dữ liệu của tôi
    Data,
    /// Hộp thư
    Inbox,
    /// Tài khoản
    Account,
    /// Đăng nhập
    SignIn,
    /// Bàn làm việc
    Desk,
    /// Tra cứu
    Lookup,
    /// Quầy một cửa
    Counter,
    /// Xác minh
    Verify,
    /// Điều hành
    Viewer,
    /// Quản trị
    Operator,
    /// Kiểm toán
    Auditor,
    /// Phản ánh, tin báo
    Reports,
    /// Tổ công nghệ số cộng đồng
    Teams,
    /// Lưu trú, du lịch
    Lodging,
    /// Chợ nông sản
    Market,
    /// Bộ thành phần giao diện (demo)
    Design,
}

/// Who sees a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody not at work in a post.
    Public,
    /// Signed in, not at work in a post.
    Citizen,
    /// At work in this post.
    Post(String),
}

/// One section in the header and in the phone's bottom bar (the first four a person sees).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// Which.
    pub section: Section,
    /// Where it leads.
    pub href: String,
    /// The key of its name; `KEY-short` is used in the bottom bar if it exists.
    pub key: String,
    /// Its icon.
    pub icon: String,
    /// Who sees it.
    pub who: Who,
}

impl NavItem {
    /// One section.
    pub fn new(section: Section, href: &str, key: &str, icon: &str, who: Who) -> Self {
        Self { section, href: href.into(), key: key.into(), icon: icon.into(), who }
    }
}

/// The navigation of the addresses agreed for the whole program.
pub fn standard() -> Vec<NavItem> {
    use Section as S;
    let public = |s, href, key, icon| NavItem::new(s, href, key, icon, Who::Public);
    let citizen = |s, href, key, icon| NavItem::new(s, href, key, icon, Who::Citizen);
    let post = |post: &str, s, href, key, icon| {
        NavItem::new(s, href, key, icon, Who::Post(post.to_owned()))
    };
    let mut nav = vec![
        public(S::Services, "/dich-vu", "web-nav-services", "list"),
        citizen(S::Dossiers, "/ho-so", "web-nav-dossiers", "document"),
        citizen(S::Data, "/du-lieu-cua-toi", "web-nav-data", "shield"),
        citizen(S::Inbox, "/hop-thu", "web-nav-inbox", "bell"),
    ];
    for police in ["commune-police.officer", "commune-police.head"] {
        nav.push(post(police, S::Desk, "/ban-lam-viec", "web-nav-desk", "document"));
        if police == "commune-police.officer" {
            nav.push(post(police, S::Counter, "/quay/dinh-danh", "web-nav-identity", "id-card"));
        }
        nav.push(post(police, S::Lookup, "/tra-cuu", "web-nav-lookup", "search"));
        nav.push(post(police, S::Viewer, "/dieu-hanh", "web-nav-viewer", "chart"));
    }
    nav.push(post("one-stop.clerk", S::Counter, "/quay", "web-nav-counter", "users"));
    nav.push(post("one-stop.clerk", S::Lookup, "/tra-cuu", "web-nav-lookup", "search"));
    nav.push(post("one-stop.clerk", S::Services, "/dich-vu", "web-nav-services", "list"));
    nav.push(post("auditor", S::Auditor, "/kiem-toan", "web-nav-auditor", "eye"));
    nav.push(post("auditor", S::Operator, "/quan-tri/nhat-ky", "web-nav-journal", "shield"));
    nav.push(post("province.viewer", S::Viewer, "/dieu-hanh", "web-nav-viewer", "chart"));
    nav.push(post("operator", S::Operator, "/quan-tri", "web-nav-operator", "settings"));
    nav.push(post("operator", S::Viewer, "/dieu-hanh", "web-nav-viewer", "chart"));
    nav
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An icon that is not there is drawn as a circle, without a word.
    #[test]
    fn every_entry_has_an_icon_that_is_there() {
        let names = crate::icons::names();
        for item in standard() {
            assert!(names.contains(&item.icon.as_str()), "{}: {}", item.key, item.icon);
        }
    }
}

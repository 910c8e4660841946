use super::authenticator::Authenticator;
use super::*;
use crate::commands::passkeys::CEREMONY_S;
use crate::rules::session::FRESH_S;
use kernel::limits;
use serde_json::Value as Json;

struct Case {
    town: Town,
    lan: Actor,
}

impl Case {
    fn new() -> Self {
        let town = Town::new();
        town.account(LAN, "Phạm Thị Lan", Level::Two);
        let s = town.sign_in(LAN, &browser("203.0.113.7"));
        let lan = town.actor(&s);
        Self { town, lan }
    }
    fn id(&self) -> &Identity {
        &self.town.identity
    }
    fn add(&self, device: &mut Authenticator, label: &str) -> Result<(), Error> {
        let begun = self.id().passkey_add_begin(&self.lan)?;
        let answer = device.create(&begun["options"]);
        self.id().passkey_add_finish(&self.lan, ceremony(&begun), &answer, label)
    }
    fn added(&self) -> Authenticator {
        let mut device = Authenticator::new();
        self.add(&mut device, "Điện thoại của Lan").unwrap();
        device
    }
    fn begin(&self) -> Json {
        self.id().passkey_sign_in_begin().unwrap()
    }
    fn finish(&self, begun: &Json, answer: &Json) -> Result<SignedIn, Error> {
        self.id().passkey_sign_in_finish(ceremony(begun), answer, &browser("203.0.113.9"))
    }
    fn sign_in(&self, device: &mut Authenticator) -> Result<SignedIn, Error> {
        let begun = self.begin();
        let answer = device.get(&begun["options"]);
        self.finish(&begun, &answer)
    }
    fn keys(&self) -> Vec<PasskeyRow> {
        self.town.store.read(|tx| passkeys_of(tx, &self.lan.account)).unwrap()
    }
}

fn ceremony(begun: &Json) -> &str {
    begun["ceremony"].as_str().unwrap()
}

#[test]
fn sign_in_without_a_user_name() {
    let c = Case::new();
    let mut device = c.added();
    let begun = c.begin();
    assert!(begun["options"]["publicKey"]["allowCredentials"].as_array().is_none_or(Vec::is_empty));
    assert_eq!(begun["options"]["mediation"], "conditional");
    let answer = device.get(&begun["options"]);
    let s = c.finish(&begun, &answer).unwrap();
    let actor = c.town.actor(&s);
    assert_eq!((actor.person, actor.level), (Some(pid(LAN)), Level::Two));
    assert_eq!(c.town.last("identity.signed_in").body["how"], "passkey");
    let keys = c.keys();
    assert_eq!((keys.len(), keys[0].label.as_str()), (1, "Điện thoại của Lan"));
    assert_eq!(keys[0].used_at, Some(c.town.now()));
    assert!(c.town.kinds_about(LAN).contains(&"identity.passkey_added".to_owned()));
    c.sign_in(&mut device).expect("again, with a higher counter");
}

#[test]
fn a_ceremony_is_taken_once_and_dies_with_its_time() {
    let c = Case::new();
    let mut device = c.added();
    let begun = c.begin();
    let answer = device.get(&begun["options"]);
    c.finish(&begun, &answer).unwrap();
    assert_eq!(code_of(c.finish(&begun, &answer)), "identity.ceremony_over", "replayed");
    let begun = c.begin();
    let answer = device.get(&begun["options"]);
    c.town.pass(CEREMONY_S);
    assert_eq!(code_of(c.finish(&begun, &answer)), "identity.ceremony_over", "too late");
    // A failed answer uses the ceremony up as well.
    let begun = c.begin();
    let stale = device.get(&c.begin()["options"]);
    assert_eq!(code_of(c.finish(&begun, &stale)), "identity.passkey_refused", "other challenge");
    let answer = device.get(&begun["options"]);
    assert_eq!(code_of(c.finish(&begun, &answer)), "identity.ceremony_over");
}

#[test]
fn answers_that_do_not_hold() {
    let c = Case::new();
    let mut device = c.added();
    device.origin = "http://localhost:8080.evil.example".to_owned();
    assert_eq!(code_of(c.sign_in(&mut device)), "identity.passkey_refused", "another site");
    device.origin = "http://localhost:8080".to_owned();
    device.verifies = false;
    assert_eq!(code_of(c.sign_in(&mut device)), "identity.passkey_refused", "nobody verified");
    device.verifies = true;
    let own = std::mem::replace(&mut device.handle, vec![1; 16]);
    assert_eq!(code_of(c.sign_in(&mut device)), "identity.passkey_refused", "another account");
    device.handle = vec![1; 5];
    assert_eq!(code_of(c.sign_in(&mut device)), "identity.passkey_refused", "no account at all");
    device.handle = own;
    let begun = c.begin();
    let mut answer = device.get(&begun["options"]);
    answer["response"]["signature"] = "AAAA".into();
    assert_eq!(code_of(c.finish(&begun, &answer)), "identity.passkey_refused");
    assert_eq!(code_of(c.finish(&c.begin(), &"junk".into())), "identity.ceremony_over");
    let mut stranger = Authenticator::new();
    stranger.handle.clone_from(&device.handle);
    assert_eq!(code_of(c.sign_in(&mut stranger)), "identity.passkey_refused", "unknown key");
    c.sign_in(&mut device).expect("the honest one still works");
}

#[test]
fn a_copied_key_is_noticed_by_its_counter() {
    let c = Case::new();
    let mut device = c.added();
    for _ in 0..3 {
        c.sign_in(&mut device).unwrap();
    }
    device.counter = 1;
    assert_eq!(code_of(c.sign_in(&mut device)), "identity.passkey_refused");
}

#[test]
fn several_devices_listed_and_each_revocable() {
    let c = Case::new();
    let mut phone = c.added();
    c.town.pass(1);
    let mut laptop = Authenticator::new();
    c.add(&mut laptop, "  Máy tính \u{200b} bàn ").unwrap();
    let keys = c.keys();
    assert_eq!(
        keys.iter().map(|k| k.label.as_str()).collect::<Vec<_>>(),
        ["Điện thoại của Lan", "Máy tính bàn"]
    );
    let (lan, of_phone) = (c.lan.clone(), keys[0].id.clone());
    c.town.store.write(move |tx| revoke_passkey(tx, &lan, &of_phone)).unwrap();
    assert_eq!(code_of(c.sign_in(&mut phone)), "identity.passkey_refused");
    c.sign_in(&mut laptop).unwrap();
    assert_eq!(c.town.last("identity.passkey_removed").body["label"], "Điện thoại của Lan");
}

#[test]
fn the_same_device_is_not_added_twice() {
    let c = Case::new();
    let mut device = c.added();
    let begun = c.id().passkey_add_begin(&c.lan).unwrap();
    let excluded = &begun["options"]["publicKey"]["excludeCredentials"];
    assert_eq!(excluded.as_array().unwrap().len(), 1, "the browser is told");
    // And a browser that does not listen is refused.
    let answer = device.create(&begun["options"]);
    let r = c.id().passkey_add_finish(&c.lan, ceremony(&begun), &answer, "lần nữa");
    assert!(r.is_err());
    assert_eq!(c.keys().len(), 1);
}

#[test]
fn as_many_keys_as_the_limit_allows() {
    let c = Case::new();
    for n in 0..limits::PASSKEYS_MAX {
        c.add(&mut Authenticator::new(), &format!("khóa {n}")).unwrap();
    }
    let r = c.add(&mut Authenticator::new(), "thừa");
    assert_eq!(code_of(r), "identity.passkey_many");
}

#[test]
fn keys_change_only_shortly_after_the_person_proved_who_they_are() {
    let c = Case::new();
    c.added();
    c.town.pass(FRESH_S);
    let r = c.add(&mut Authenticator::new(), "của kẻ khác");
    assert_eq!(code_of(r), "identity.sign_in_again");
    let (lan, key) = (c.lan.clone(), c.keys()[0].id.clone());
    let r = c.town.store.write(move |tx| revoke_passkey(tx, &lan, &key));
    assert_eq!(code_of(r), "identity.sign_in_again");
    let b = browser("203.0.113.7");
    assert_eq!(code_of(c.id().confirm(&c.lan, "sai rồi nhé", &b)), "identity.password_old_wrong");
    c.id().confirm(&c.lan, PASSWORD, &b).unwrap();
    c.add(&mut Authenticator::new(), "máy mới").unwrap();
}

#[test]
fn a_ceremony_belongs_to_its_account() {
    let c = Case::new();
    c.town.account(MINH, "Trần Văn Minh", Level::One);
    let minh = c.town.actor(&c.town.sign_in(MINH, &browser("203.0.113.99")));
    let begun = c.id().passkey_add_begin(&minh).unwrap();
    let answer = Authenticator::new().create(&begun["options"]);
    let r = c.id().passkey_add_finish(&c.lan, ceremony(&begun), &answer, "x");
    assert_eq!(code_of(r), "identity.ceremony_over");
    // Nor can a ceremony for adding be used for signing in.
    let mut device = c.added();
    let begun = c.id().passkey_add_begin(&c.lan).unwrap();
    let answer = device.get(&c.begin()["options"]);
    assert_eq!(code_of(c.finish(&begun, &answer)), "identity.ceremony_over");
}

#[test]
fn the_last_way_into_an_account_stays() {
    let c = Case::new();
    let mut device = c.added();
    let none = |tx: &mut store::WriteTx| {
        let a = account_of(tx, &pid(LAN))?.expect("an account");
        commands::accounts::store_password(tx, &a, None)
    };
    c.town.store.write(none).unwrap();
    let s = c.sign_in(&mut device).unwrap();
    let (actor, key) = (c.town.actor(&s), c.keys()[0].id.clone());
    let remover = actor.clone();
    let r = c.town.store.write(move |tx| revoke_passkey(tx, &remover, &key));
    assert_eq!(code_of(r), "identity.passkey_last");
    assert_eq!(c.keys().len(), 1, "undone");
    // A fresh passkey sign-in may set a password.
    let b = browser("203.0.113.9");
    c.id().change_password(&actor, "", "chiều lan nở bên sông", &b).unwrap();
    assert!(c.id().sign_in_password(&pid(LAN), "chiều lan nở bên sông", &b).is_ok());
}

#[test]
fn at_an_address_without_a_name_there_are_no_passkeys() {
    let store = store::Store::open("sqlite::memory:", &[SCHEMA]).unwrap();
    let settings = Settings { origin: "http://127.0.0.1:8080".into(), ..Settings::default() };
    let identity = Identity::new(store, registers(), &settings).unwrap();
    assert!(!identity.passkeys_on());
    let r = identity.passkey_sign_in_begin();
    assert_eq!(code_of(r), "identity.passkey_off");
}

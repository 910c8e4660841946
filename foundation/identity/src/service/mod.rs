//! What takes more than one transaction: sign-in around the hash queue, passkey ceremonies, the
//! visitor behind a cookie.

mod people;

use crate::commands::{account, account_of, accounts, counter, passkeys, sessions, signin};
use crate::errors::{
    CEREMONY_OVER, CODE_WRONG, PASSKEY_OFF, PASSKEY_REFUSED, PASSWORD_OLD_WRONG, SIGN_IN_WRONG,
};
use crate::hash::{Checked, Hasher, Phc};
use crate::law::IdentityLaw;
use crate::model::{Browser, SignedIn};
use crate::present::Cache;
use crate::queries::{self, Present};
use crate::rules::password;
use crate::secret;
use base64::Engine;
use kernel::{AccountId, Actor, Error, PersonalId, Result};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use store::{ReadTx, Store, WriteTx};
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Url, Uuid, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};
use zeroize::Zeroizing;

/// How the site is reached.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The public address: `https://dichvu.example.vn`, `http://localhost:8080`. Passkeys are bound
    /// to its domain for ever; at an address without one (an IP number) there are none.
    pub origin: String,
    /// The name shown by authenticators.
    pub name: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { origin: "http://localhost:8080".to_owned(), name: "Liên Thông".to_owned() }
    }
}

/// Unread notices of a person: the inbox belongs to another crate.
pub type Unread = dyn Fn(&mut ReadTx<'_>, &PersonalId) -> Result<i64> + Send + Sync;

/// The identity service. Cheap to clone.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

/// What the clones share.
pub struct Inner {
    pub(crate) store: Store,
    pub(crate) law: Arc<IdentityLaw>,
    pub(crate) registers: Arc<registers::Law>,
    pub(crate) hasher: Hasher,
    webauthn: Option<Webauthn>,
    cache: Cache,
    unread: Option<Box<Unread>>,
}

impl std::ops::Deref for Identity {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity")
    }
}

impl Identity {
    /// Starts the hash workers and reads the law.
    pub fn new(store: Store, registers: Arc<registers::Law>, settings: &Settings) -> Result<Self> {
        Self::with_unread(store, registers, settings, None)
    }

    /// The same, with a way to count unread notices for the page head.
    pub fn with_unread(
        store: Store,
        registers: Arc<registers::Law>,
        settings: &Settings,
        unread: Option<Box<Unread>>,
    ) -> Result<Self> {
        Ok(Self(Arc::new(Inner {
            store,
            law: IdentityLaw::load()?,
            registers,
            hasher: Hasher::new()?,
            webauthn: relying_party(settings)?,
            cache: Cache::default(),
            unread,
        })))
    }

    /// The law of this crate.
    pub fn law(&self) -> &Arc<IdentityLaw> {
        &self.law
    }
    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }
    /// The hash workers (a metric, and hashes for the demonstration's people).
    pub fn hasher(&self) -> &Hasher {
        &self.hasher
    }
    /// Whether passkeys can be used at this address.
    pub fn passkeys_on(&self) -> bool {
        self.webauthn.is_some()
    }

    /// The person behind a session cookie, and their unread notices.
    pub fn present(&self, cookie: &str) -> Result<Option<(Present, i64)>> {
        let now = self.store.clock().now();
        let ticket = match self.cache.get(cookie, now) {
            Ok(found) => return Ok(Some(found)),
            Err(ticket) => ticket,
        };
        let found = self.store.read(|tx| {
            let Some(p) = queries::present(tx, &self.law, cookie)? else { return Ok(None) };
            let unread = match (&self.unread, &p.actor.person) {
                (Some(count), Some(pid)) => count(tx, pid)?,
                _ => 0,
            };
            Ok(Some((p, unread)))
        })?;
        let Some((p, unread)) = found else { return Ok(None) };
        if p.note_seen {
            self.note_seen(&p.actor);
        }
        self.cache.put(ticket, cookie, now, &p, unread);
        Ok(Some((p, unread)))
    }

    /// A page is not refused because «last seen» cannot be written (disk full, many writes).
    fn note_seen(&self, actor: &Actor) {
        let Some(session) = actor.session.clone() else { return };
        let of = actor.account.clone();
        if let Err(e) = self.store.write(move |tx| sessions::note_seen(tx, &of, &session)) {
            tracing::warn!(error = %e, "last seen was not noted");
        }
    }

    /// Runs a command that changes who this account is to the site; the change is seen at once.
    pub fn change<T: Send + 'static>(
        &self,
        of: &AccountId,
        f: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let done = self.store.write(f);
        self.cache.forget(of);
        done
    }

    /// Runs a command that changes several accounts (an appointment ended, a level granted).
    pub fn change_many<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let done = self.store.write(f);
        self.cache.forget_all();
        done
    }

    /// Hashes a new password after checking it against the rules. `name` may be empty when it is not
    /// known yet.
    pub fn new_password(&self, typed: &str, pid: &PersonalId, name: &str) -> Result<Phc> {
        if password::absurd(typed) {
            return Err(Error::new(crate::errors::PASSWORD_LONG).field("password_new"));
        }
        let normal = password::normal(typed);
        password::check(&normal, &self.law, pid, name)
            .map_err(|c| Error::new(c).field("password_new"))?;
        self.hasher.hash(&normal)
    }

    /// Signs in with number and password. The same work and the same answer whether the number has
    /// an account or not.
    pub fn sign_in_password(
        &self,
        pid: &PersonalId,
        typed: &str,
        browser: &Browser,
    ) -> Result<SignedIn> {
        let (t, checked) = self.try_password(pid, typed, browser)?;
        let of = browser.clone();
        let done = self.store.write(move |tx| signin::finish(tx, &t, &checked, &of))?;
        self.forget_old(browser);
        done.ok_or_else(|| Error::new(SIGN_IN_WRONG))
    }

    fn try_password(
        &self,
        pid: &PersonalId,
        typed: &str,
        browser: &Browser,
    ) -> Result<(signin::PasswordTry, Arc<Checked>)> {
        let (number, of) = (pid.clone(), browser.clone());
        let t = self.store.write(move |tx| signin::begin(tx, &number, &of))?;
        let normal = if password::absurd(typed) {
            Zeroizing::new(String::new())
        } else {
            password::normal(typed)
        };
        match self.hasher.check(&normal, t.stored()) {
            Ok(checked) => Ok((t, Arc::new(checked))),
            Err(busy) => {
                // The person did nothing wrong: the try does not count.
                let back = t.clone();
                let _ = self.store.write(move |tx| signin::cancel(tx, &back));
                Err(busy)
            }
        }
    }

    fn forget_old(&self, browser: &Browser) {
        if let Some((old, _)) = browser.old_session.as_ref().and_then(|c| secret::cookie_parts(c)) {
            self.cache.forget(&old);
        }
    }

    /// The signed-in person proves once more who they are, before changing keys.
    pub fn confirm(&self, actor: &Actor, typed: &str, browser: &Browser) -> Result<()> {
        let pid = person(actor)?;
        let (t, checked) = self.try_password(&pid, typed, browser)?;
        let actor = actor.clone();
        let right = self.store.write(move |tx| {
            let right = signin::proven(tx, &t, &checked)?.is_some();
            if right {
                sessions::note_fresh(tx, &actor)?;
            }
            Ok(right)
        })?;
        if right { Ok(()) } else { Err(Error::new(PASSWORD_OLD_WRONG).field("password")) }
    }

    /// Changes the password. The old one is asked for; an account without one (passkeys only) has
    /// proved itself with a passkey a short while ago instead.
    pub fn change_password(
        &self,
        actor: &Actor,
        old: &str,
        new: &str,
        browser: &Browser,
    ) -> Result<()> {
        let id = actor.account.clone();
        let a = self.store.read(|tx| account(tx, &id))?;
        let phc = self.new_password(new, &a.pid, &a.name)?;
        let actor = actor.clone();
        if !a.has_password() {
            return self.change(&id, move |tx| {
                sessions::require_fresh(tx, &actor)?;
                let now = account(tx, &actor.account)?;
                accounts::set_password(tx, &actor, &now, &phc, actor.session.as_ref())
            });
        }
        let (t, checked) = self.try_password(&a.pid, old, browser)?;
        let right = self.change(&id, move |tx| {
            let Some(now) = signin::proven(tx, &t, &checked)? else { return Ok(false) };
            accounts::set_password(tx, &actor, &now, &phc, actor.session.as_ref())?;
            sessions::note_fresh(tx, &actor)?;
            Ok(true)
        })?;
        if right { Ok(()) } else { Err(Error::new(PASSWORD_OLD_WRONG).field("password_old")) }
    }

    /// Uses a one-time code from the counter and sets a new password; signs in.
    pub fn recover(
        &self,
        pid: &PersonalId,
        code: &str,
        new: &str,
        browser: &Browser,
    ) -> Result<SignedIn> {
        let phc = self.new_password(new, pid, "")?;
        let normal = password::normal(new);
        let law = Arc::clone(&self.law);
        let (pid, code, of) = (pid.clone(), code.to_owned(), browser.clone());
        let done = self.change_many(move |tx| {
            let named_after = |name: &str| password::check(&normal, &law, &pid, name).is_err();
            counter::recover(tx, &pid, &code, &phc, &named_after, &of)
        })?;
        done.ok_or_else(|| Error::new(CODE_WRONG).field("otp"))
    }

    /// Ends the session. A copy of its cookie is dead when this returns.
    pub fn sign_out(&self, actor: &Actor) -> Result<()> {
        let (of, actor) = (actor.account.clone(), actor.clone());
        self.change(&of, move |tx| sessions::sign_out(tx, &actor))
    }

    fn webauthn(&self) -> Result<&Webauthn> {
        self.webauthn.as_ref().ok_or_else(|| Error::new(PASSKEY_OFF))
    }

    /// Begins adding a passkey: `{ceremony, options}` for the browser.
    pub fn passkey_add_begin(&self, actor: &Actor) -> Result<Json> {
        let webauthn = self.webauthn()?;
        let (a, keys) = self.store.read(|tx| {
            sessions::require_fresh(tx, actor)?;
            passkeys::room_for_one(tx, &actor.account)?;
            Ok((account(tx, &actor.account)?, passkeys::stored_keys(tx, &actor.account)?))
        })?;
        let present: Vec<CredentialID> = keys
            .iter()
            .map(|(_, data)| Ok(serde_json::from_str::<Passkey>(data)?.cred_id().clone()))
            .collect::<Result<_>>()?;
        let bits = secret::account_bits(&a.id).ok_or_else(|| Error::bug("account identifier"))?;
        let (options, state) = webauthn
            .start_passkey_registration(Uuid::from_u128(bits), &a.name, &a.name, Some(present))
            .map_err(refused)?;
        let mut options = serde_json::to_value(options)?;
        // Sign-in without a user name needs a key that the authenticator can find by itself. The
        // library leaves it open; its server side does not depend on it.
        let selection = &mut options["publicKey"]["authenticatorSelection"];
        selection["residentKey"] = json!("required");
        selection["requireResidentKey"] = json!(true);
        let (of, state) = (a.id, serde_json::to_string(&state)?);
        let ceremony = self
            .store
            .write(move |tx| passkeys::keep_ceremony(tx, passkeys::ADD, Some(&of), &state))?;
        Ok(json!({ "ceremony": ceremony, "options": options }))
    }

    /// Ends adding a passkey.
    pub fn passkey_add_finish(
        &self,
        actor: &Actor,
        ceremony: &str,
        credential: &Json,
        label: &str,
    ) -> Result<()> {
        let answer: RegisterPublicKeyCredential = read_answer(credential)?;
        let (of, id) = (actor.account.clone(), ceremony.to_owned());
        let state = self
            .store
            .write(move |tx| passkeys::take_ceremony(tx, &id, passkeys::ADD, Some(&of)))?;
        let state: PasskeyRegistration = serde_json::from_str(&state)?;
        let key = self.webauthn()?.finish_passkey_registration(&answer, &state).map_err(refused)?;
        let name = credential_name(key.cred_id().as_ref());
        let data = serde_json::to_string(&key)?;
        let (actor, label) = (actor.clone(), label.to_owned());
        self.store.write(move |tx| passkeys::add(tx, &actor, &name, &data, &label)).map(drop)
    }

    /// Begins a sign-in with a passkey, without a user name: `{ceremony, options}`.
    pub fn passkey_sign_in_begin(&self) -> Result<Json> {
        let (options, state) =
            self.webauthn()?.start_discoverable_authentication().map_err(refused)?;
        let (options, state) = (serde_json::to_value(options)?, serde_json::to_string(&state)?);
        let ceremony = self
            .store
            .write(move |tx| passkeys::keep_ceremony(tx, passkeys::SIGN_IN, None, &state))?;
        Ok(json!({ "ceremony": ceremony, "options": options }))
    }

    /// Ends a sign-in with a passkey.
    pub fn passkey_sign_in_finish(
        &self,
        ceremony: &str,
        credential: &Json,
        browser: &Browser,
    ) -> Result<SignedIn> {
        let webauthn = self.webauthn()?;
        let answer: PublicKeyCredential = read_answer(credential)?;
        let (handle, credential) =
            webauthn.identify_discoverable_authentication(&answer).map_err(refused)?;
        let of = secret::account_from_bits(handle.as_u128());
        let (id, name, owner) = (ceremony.to_owned(), credential_name(credential), of.clone());
        let (state, stored) = self.store.write(move |tx| {
            let state = passkeys::take_ceremony(tx, &id, passkeys::SIGN_IN, None)?;
            Ok((state, passkeys::stored_key(tx, &owner, &name)?))
        })?;
        let (key_id, before) = stored.ok_or_else(|| Error::new(PASSKEY_REFUSED))?;
        let state: DiscoverableAuthentication = serde_json::from_str(&state)?;
        let mut key: Passkey = serde_json::from_str(&before)?;
        let result = webauthn
            .finish_discoverable_authentication_v2(&answer, state, DiscoverableKey::from(&key))
            .map_err(refused)?;
        key.update_credential(&result);
        let after = serde_json::to_string(&key)?;
        let browser = browser.clone();
        let old = browser.clone();
        let done = self
            .store
            .write(move |tx| passkeys::sign_in(tx, &of, &key_id, &before, &after, &browser))?;
        self.forget_old(&old);
        Ok(done)
    }

    /// The account of a person, if there is one.
    pub fn account_of(&self, pid: &PersonalId) -> Result<Option<crate::Account>> {
        self.store.read(|tx| account_of(tx, pid))
    }
}

fn relying_party(settings: &Settings) -> Result<Option<Webauthn>> {
    let url = Url::parse(&settings.origin)
        .map_err(|_| Error::new(kernel::error::UNAVAILABLE).because("the site's address"))?;
    let Some(domain) = url.domain().map(str::to_owned) else { return Ok(None) };
    let built = WebauthnBuilder::new(&domain, &url)
        .and_then(|b| b.rp_name(&settings.name).build())
        .map_err(|e| Error::bug(format_args!("passkeys: {e:?}")))?;
    Ok(Some(built))
}

fn refused(e: WebauthnError) -> Error {
    Error::new(PASSKEY_REFUSED).because(format_args!("{e:?}"))
}

fn read_answer<T: serde::de::DeserializeOwned>(credential: &Json) -> Result<T> {
    T::deserialize(credential).map_err(|_| Error::new(CEREMONY_OVER).because("unreadable answer"))
}

fn credential_name(id: &[u8]) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(id)
}

fn person(actor: &Actor) -> Result<PersonalId> {
    actor.person.clone().ok_or_else(|| Error::new(kernel::error::NOT_ALLOWED))
}

//! How often somebody may ask. Whoever is signed in is counted by account and by session, never by
//! address: a whole commune may stand behind one. Strangers are counted by browser and by address
//! prefix (/24 of IPv4, /64 of IPv6, and a wider ceiling for each /48); a browser on which somebody
//! signed in before has a budget of its own, so that strangers behind the same address keep nobody out.
//!
//! The rule is `governor`'s (GCRA: a steady pace and a burst); what it remembers lies in one table of
//! fixed size ([`RATE_SLOTS`]), which holds keyed hashes only.

use crate::codes::{RATE_ACCOUNT, RATE_ADDRESS};
use crate::limits::{RATE_SLOTS, RATE_WIDE_FACTOR};
use crate::metrics::{Counter, Metrics};
use crate::req::Req;
use governor::clock::{Clock, DefaultClock};
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::{Quota, RateLimiter};
use kernel::Error;
use serde::{Deserialize, Serialize};
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What a request costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// Opening a page.
    Reading,
    /// A search.
    Searching,
    /// Sending a form.
    Sending,
    /// Sending files.
    Uploading,
    /// Signing in, and whatever else tries a secret.
    SigningIn,
}

const BUDGETS: [(Budget, &str); 5] = [
    (Budget::Reading, "reading"),
    (Budget::Searching, "searching"),
    (Budget::Sending, "sending"),
    (Budget::Uploading, "uploading"),
    (Budget::SigningIn, "signing_in"),
];

/// So many a minute in the long run, so many at once: `[600, 200]` in a settings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "(u32, u32)")]
pub struct Pace(u32, u32);

impl TryFrom<(u32, u32)> for Pace {
    type Error = &'static str;
    fn try_from((minute, at_once): (u32, u32)) -> Result<Self, &'static str> {
        if minute == 0 || at_once == 0 {
            return Err("[so many a minute, so many at once], each at least 1");
        }
        Ok(Self(minute, at_once))
    }
}

impl Pace {
    /// The part of this node, one of so many that somebody's requests are spread over.
    fn quota(self, factor: u32, nodes: NonZeroU32) -> Quota {
        let of = |n: u32| NonZeroU32::new(n.saturating_mul(factor)).unwrap_or(NonZeroU32::MIN);
        let every = Duration::from_secs(60) * nodes.get() / of(self.0).get();
        let at_once = of(self.1).get().div_ceil(nodes.get());
        let at_once = NonZeroU32::new(at_once).unwrap_or(NonZeroU32::MIN);
        Quota::with_period(every).unwrap_or(Quota::per_minute(of(self.0))).allow_burst(at_once)
    }
}

/// The paces of one kind of asker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paces {
    /// Opening pages.
    pub reading: Pace,
    /// Searches.
    pub searching: Pace,
    /// Forms.
    pub sending: Pace,
    /// Forms with files.
    pub uploading: Pace,
    /// Signing in.
    pub signing_in: Pace,
}

impl Paces {
    fn of(&self, budget: Budget) -> Pace {
        match budget {
            Budget::Reading => self.reading,
            Budget::Searching => self.searching,
            Budget::Sending => self.sending,
            Budget::Uploading => self.uploading,
            Budget::SigningIn => self.signing_in,
        }
    }
}

/// All budgets of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Budgets {
    /// Whether anybody is counted.
    pub on: bool,
    /// Nodes that one asker's requests are spread over: each counts for itself, and grants its part.
    pub nodes: NonZeroU32,
    /// One account, on all of its devices together.
    pub account: Paces,
    /// One session, or one browser of a stranger.
    pub device: Paces,
    /// All strangers of one address prefix together.
    pub address: Paces,
}

impl Default for Budgets {
    /// Generous: an officer at work, a whole mobile network behind one address.
    fn default() -> Self {
        let paces = |reading, searching, sending, uploading, signing_in| Paces {
            reading,
            searching,
            sending,
            uploading,
            signing_in,
        };
        Self {
            on: true,
            nodes: NonZeroU32::MIN,
            account: paces(
                Pace(1_200, 400),
                Pace(300, 100),
                Pace(300, 150),
                Pace(60, 40),
                Pace(30, 20),
            ),
            device: paces(
                Pace(900, 300),
                Pace(240, 80),
                Pace(240, 120),
                Pace(40, 30),
                Pace(30, 20),
            ),
            address: paces(
                Pace(12_000, 6_000),
                Pace(6_000, 3_000),
                Pace(1_800, 900),
                Pace(240, 120),
                Pace(1_200, 200),
            ),
        }
    }
}

/// By what a request is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Account,
    Device,
    Address,
    /// A /48 of IPv6: whoever has one has 65,536 of the prefixes that are counted one by one.
    Wide,
}

const SCOPES: [(Scope, &str); 4] = [
    (Scope::Account, "account"),
    (Scope::Device, "device"),
    (Scope::Address, "address"),
    (Scope::Wide, "address_wide"),
];

/// A request that has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) scope: Scope,
    /// Until the next one is taken, rounded up.
    pub(crate) seconds: u64,
}

impl Refusal {
    pub(crate) fn error(self) -> Error {
        let code = match self.scope {
            Scope::Account | Scope::Device => RATE_ACCOUNT,
            Scope::Address | Scope::Wide => RATE_ADDRESS,
        };
        Error::new(code).number("seconds", self.seconds)
    }
}

/// Slots of one set of the table: a key may stand in any of them.
const SET: usize = 8;

#[derive(Clone, Copy, Default)]
struct Slot {
    /// 0: free.
    key: u64,
    /// When the key's budget will be whole again: `governor`'s state.
    whole_at: u64,
}

/// What is remembered of everybody: [`RATE_SLOTS`] slots in sets of eight. In a full set the key that
/// will be forgiven first gives way, so that no flood of new keys makes it forget a heavy one.
struct Table {
    sets: Box<[Mutex<[Slot; SET]>]>,
    forgotten: Counter,
}

impl Table {
    fn new(slots: usize, forgotten: Counter) -> Self {
        let sets = (0..slots.div_ceil(SET)).map(|_| Mutex::default()).collect();
        Self { sets, forgotten }
    }
}

struct Shared(Arc<Table>);

impl StateStore for Shared {
    type Key = u64;
    fn measure_and_replace<T, F, E>(&self, key: &u64, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let key = (*key).max(1);
        let at = usize::try_from(key % self.0.sets.len() as u64).unwrap_or(0);
        let mut set = self.0.sets[at].lock().unwrap_or_else(PoisonError::into_inner);
        let found = set.iter().position(|s| s.key == key);
        let (done, next) = f(found.map(|i| Nanos::from(set[i].whole_at)))?;
        let free = || set.iter().position(|s| s.key == 0);
        let into = found.or_else(free).unwrap_or_else(|| {
            self.0.forgotten.add(1);
            (0..SET).min_by_key(|i| set[*i].whole_at).unwrap_or(0)
        });
        set[into] = Slot { key, whole_at: next.into() };
        Ok(done)
    }
}

type Limiter<C> =
    RateLimiter<u64, Shared, C, governor::middleware::NoOpMiddleware<<C as Clock>::Instant>>;

/// The counting of one site.
pub(crate) struct Rates<C: Clock = DefaultClock> {
    limiters: Vec<Limiter<C>>,
    refused: Vec<Counter>,
    hasher: RandomState,
    clock: C,
}

impl<C: Clock + Clone> Rates<C> {
    pub(crate) fn new(budgets: &Budgets, metrics: &Metrics, clock: C) -> Self {
        Self::sized(budgets, metrics, clock, RATE_SLOTS)
    }

    fn sized(budgets: &Budgets, metrics: &Metrics, clock: C, slots: usize) -> Self {
        let help = "Askers the table of budgets let go of because it was full";
        let table =
            Arc::new(Table::new(slots, metrics.counter("web_rates_forgotten_total", help, &[])));
        let (mut limiters, mut refused) = (Vec::new(), Vec::new());
        for (scope, scope_name) in SCOPES {
            let (paces, factor) = match scope {
                Scope::Account => (&budgets.account, 1),
                Scope::Device => (&budgets.device, 1),
                Scope::Address => (&budgets.address, 1),
                Scope::Wide => (&budgets.address, RATE_WIDE_FACTOR),
            };
            for (budget, name) in BUDGETS {
                let quota = paces.of(budget).quota(factor, budgets.nodes);
                limiters.push(RateLimiter::new(quota, Shared(table.clone()), clock.clone()));
                let labels = [("scope", scope_name), ("budget", name)];
                let help = "Requests refused because somebody asked too often";
                refused.push(metrics.counter("web_rates_refused_total", help, &labels));
            }
        }
        Self { limiters, refused, hasher: RandomState::new(), clock }
    }

    /// Counts a request in each of these, the narrowest first: who is refused there takes nothing away
    /// from the others of a wider one.
    fn count(&self, budget: Budget, askers: &[(Scope, String)]) -> Option<Refusal> {
        askers.iter().find_map(|(scope, name)| {
            let at = *scope as usize * BUDGETS.len() + budget as usize;
            let key = self.hasher.hash_one((at, name));
            let until = self.limiters[at].check_key(&key).err()?;
            self.refused[at].add(1);
            let wait = until.wait_time_from(self.clock.now());
            let seconds = wait.as_secs() + u64::from(wait > Duration::from_secs(wait.as_secs()));
            Some(Refusal { scope: *scope, seconds: seconds.max(1) })
        })
    }
}

/// Counts a request of the site against its budget.
pub(crate) fn count(req: &Req, budget: Budget) -> Option<Refusal> {
    let rates = req.web.rates.as_ref()?;
    rates.count(budget, &askers(req))
}

fn askers(req: &Req) -> Vec<(Scope, String)> {
    if let Some(v) = &req.visitor {
        let session = req.session_cookie().unwrap_or_default();
        return vec![
            (Scope::Account, v.actor.account.to_string()),
            (Scope::Device, format!("s:{session}")),
        ];
    }
    if let Some(account) = req.known_account() {
        return vec![(Scope::Device, format!("k:{account}"))];
    }
    let mut all = Vec::with_capacity(3);
    if let Some(browser) = req.cookie(crate::cookie::ANONYMOUS) {
        all.push((Scope::Device, format!("b:{browser}")));
    }
    all.extend(prefixes(req.peer));
    all
}

/// The prefixes an address is counted by.
fn prefixes(address: Option<IpAddr>) -> Vec<(Scope, String)> {
    match address.map(|a| a.to_canonical()) {
        None => vec![(Scope::Address, "unknown".to_owned())],
        Some(IpAddr::V4(a)) => {
            let [a, b, c, _] = a.octets();
            vec![(Scope::Address, format!("{a}.{b}.{c}"))]
        }
        Some(IpAddr::V6(a)) => {
            let [a, b, c, d, ..] = a.segments();
            vec![
                (Scope::Address, format!("{a:x}:{b:x}:{c:x}:{d:x}")),
                (Scope::Wide, format!("{a:x}:{b:x}:{c:x}")),
            ]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    fn small() -> Budgets {
        let pace = |n| Pace(60, n);
        let of = |n| Paces {
            reading: pace(n),
            searching: pace(n),
            sending: pace(n),
            uploading: pace(n),
            signing_in: pace(n),
        };
        Budgets { on: true, nodes: NonZeroU32::MIN, account: of(4), device: of(3), address: of(5) }
    }

    fn rates(slots: usize) -> (Rates<FakeRelativeClock>, FakeRelativeClock, Metrics) {
        let (clock, metrics) = (FakeRelativeClock::default(), Metrics::new());
        (Rates::sized(&small(), &metrics, clock.clone(), slots), clock, metrics)
    }

    fn of(address: &str) -> Vec<(Scope, String)> {
        prefixes(Some(address.parse().unwrap()))
    }

    #[test]
    fn a_burst_is_taken_and_then_the_pace_holds() {
        let (r, clock, metrics) = rates(1024);
        let lan = [(Scope::Account, "lan".to_owned())];
        for _ in 0..4 {
            assert_eq!(r.count(Budget::Sending, &lan), None);
        }
        let refused = Some(Refusal { scope: Scope::Account, seconds: 1 });
        assert_eq!(r.count(Budget::Sending, &lan), refused);
        assert_eq!(r.count(Budget::Reading, &lan), None, "reading has a budget of its own");
        let other = [(Scope::Account, "minh".to_owned())];
        assert_eq!(r.count(Budget::Sending, &other), None);
        clock.advance(Duration::from_secs(1));
        assert_eq!(r.count(Budget::Sending, &lan), None);
        assert_eq!(r.count(Budget::Sending, &lan), refused);
        let line = "web_rates_refused_total{scope=\"account\",budget=\"sending\"} 2";
        assert!(metrics.text().contains(line), "{}", metrics.text());
    }

    #[test]
    fn nodes_grant_together_what_one_would() {
        let nodes = NonZeroU32::new(4).unwrap();
        let pace = Pace(60, 20);
        let of = Paces {
            reading: pace,
            searching: pace,
            sending: pace,
            uploading: pace,
            signing_in: pace,
        };
        let budgets = Budgets { nodes, account: of, ..small() };
        let (clock, metrics) = (FakeRelativeClock::default(), Metrics::new());
        let all: Vec<_> =
            (0..4).map(|_| Rates::sized(&budgets, &metrics, clock.clone(), 64)).collect();
        let lan = [(Scope::Account, "lan".to_owned())];
        // A balancer that leads each request to the next node.
        let granted = |asked: usize| {
            (0..asked).filter(|n| all[n % 4].count(Budget::Sending, &lan).is_none()).count()
        };
        assert_eq!(granted(400), 20, "at once");
        // Sixty a minute of all four are one in four seconds of each.
        clock.advance(Duration::from_secs(3));
        assert_eq!(granted(400), 0);
        clock.advance(Duration::from_secs(1));
        assert_eq!(granted(400), 4);
        clock.advance(Duration::from_secs(20));
        assert_eq!(granted(400), 20);
        // More nodes than a budget has at once: each grants one.
        let tight = Budgets { nodes: NonZeroU32::new(50).unwrap(), ..budgets };
        let one = Rates::sized(&tight, &metrics, clock.clone(), 64);
        assert_eq!((0..9).filter(|_| one.count(Budget::Sending, &lan).is_none()).count(), 1);
    }

    #[test]
    fn neighbours_share_a_prefix_and_a_48_has_a_ceiling() {
        let (r, _, _) = rates(4096);
        for n in 0..5 {
            assert_eq!(r.count(Budget::SigningIn, &of(&format!("203.0.113.{n}"))), None);
        }
        assert!(r.count(Budget::SigningIn, &of("203.0.113.200")).is_some());
        assert_eq!(r.count(Budget::SigningIn, &of("203.0.114.1")), None);
        assert!(
            r.count(Budget::SigningIn, &of("::ffff:203.0.113.9")).is_some(),
            "the same in IPv6"
        );
        // A new /64 for each request gets no further than the /48's budget.
        let taken = (0..200)
            .filter(|n| r.count(Budget::SigningIn, &of(&format!("2001:db8:7:{n:x}::1"))).is_none());
        assert_eq!(taken.count(), 5 * RATE_WIDE_FACTOR as usize);
        assert_eq!(r.count(Budget::SigningIn, &of("2001:db8:8:1::1")), None);
    }

    #[test]
    fn who_is_refused_by_device_takes_nothing_from_the_neighbours() {
        let (r, _, _) = rates(1024);
        let mut mad = of("203.0.113.1");
        mad.insert(0, (Scope::Device, "b:mad".to_owned()));
        let taken = (0..50).filter(|_| r.count(Budget::Reading, &mad).is_none()).count();
        assert_eq!(taken, 3);
        let neighbour = of("203.0.113.2");
        let left = (0..50).filter(|_| r.count(Budget::Reading, &neighbour).is_none()).count();
        assert_eq!(left, 2, "five for the address, three were used");
    }

    #[test]
    fn a_flood_of_new_names_needs_no_more_memory_and_frees_nobody() {
        let (r, _, metrics) = rates(64);
        let heavy = [(Scope::Account, "heavy".to_owned())];
        while r.count(Budget::Reading, &heavy).is_none() {}
        for n in 0..10_000 {
            let _ = r.count(Budget::Reading, &[(Scope::Account, format!("new {n}"))]);
            if n % 100 == 0 {
                assert!(r.count(Budget::Reading, &heavy).is_some(), "freed after {n}");
            }
        }
        let forgotten = metrics.counter("web_rates_forgotten_total", "", &[]).value();
        assert!(forgotten > 9_000, "{forgotten}");
    }

    #[test]
    fn a_pace_of_nothing_is_no_pace() {
        assert!(serde_json::from_str::<Pace>("[0, 5]").is_err());
        assert!(serde_json::from_str::<Pace>("[5, 0]").is_err());
        assert_eq!(serde_json::from_str::<Pace>("[5, 1]").unwrap(), Pace(5, 1));
        assert_eq!(serde_json::to_string(&Pace(5, 1)).unwrap(), "[5,1]");
    }
}

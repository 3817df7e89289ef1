//! Rate limits, in points that are restored evenly within a minute.
//!
//! The cost of a response is known afterwards, so clients pay afterwards. What they can't pay becomes a debt; until it
//! is paid, further requests are refused.

use std::{
    collections::HashMap,
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};

/// The key of a rate limit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// The network address that a request comes from, or the network of 64 bits that an IPv6 address is in: who has
    /// one has all of them.
    Address(IpAddr),
    /// The subject of a token, at any address.
    Subject(String),
}

impl Key {
    /// The key of a network address.
    #[must_use]
    pub fn of_address(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::from([a, b, c, d, 0, 0, 0, 0])
            }
            address => address,
        })
    }

    /// Its name in the log.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Address(_) => "address",
            Self::Subject(_) => "subject",
        }
    }
}

/// A client's limit and remaining points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The points of a minute.
    pub limit: u32,
    /// The points that are left.
    pub remaining: u32,
}

/// A client has no points left, but will after this time.
#[derive(Debug, PartialEq, Eq)]
pub struct Wait(pub Duration);

/// The points of all clients.
pub struct Rates {
    /// None without a limit.
    limiter: Option<Limiter>,
    limit: u32,
    /// The debts of clients.
    debts: Mutex<HashMap<Key, u64>>,
    /// Number of charges since idle clients were last removed.
    since_sweep: AtomicUsize,
}

type Limiter = RateLimiter<Key, DashMapStateStore<Key>, DefaultClock, StateInformationMiddleware>;

/// Minimum number of charges between removals of idle clients.
const SWEEP: usize = 1024;

impl Balance {
    /// How long it takes until all points are restored.
    #[must_use]
    pub fn resets_in(self) -> Duration {
        let spent = u64::from(self.limit.saturating_sub(self.remaining));
        Duration::from_millis((spent * 60_000).div_ceil(u64::from(self.limit.max(1))))
    }

    /// The balance after spending further points.
    #[must_use]
    pub const fn less(self, points: u32) -> Self {
        Self { remaining: self.remaining.saturating_sub(points), ..self }
    }

    /// The one of two that has fewer points left.
    #[must_use]
    pub fn at_most(self, other: Option<Self>) -> Self {
        other.map_or(self, |other| Self { remaining: self.remaining.min(other.remaining), ..self })
    }

    /// The header `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10).
    #[must_use]
    pub fn policy(self) -> String {
        format!("\"points\";q={};w=60", self.limit)
    }

    /// The header `RateLimit`.
    #[must_use]
    pub fn state(self) -> String {
        format!("\"points\";r={};t={}", self.remaining, whole_seconds(self.resets_in()))
    }
}

/// Seconds, rounded up.
#[must_use]
pub const fn whole_seconds(duration: Duration) -> u64 {
    duration.as_millis().div_ceil(1000) as u64
}

impl Rates {
    /// `limit` points a minute for each client, which may be spent at once; 0 for no limit.
    #[must_use]
    pub fn new(limit: u32) -> Self {
        let limiter = NonZeroU32::new(limit).map(|limit| {
            RateLimiter::dashmap(Quota::per_minute(limit)).with_middleware::<StateInformationMiddleware>()
        });
        Self { limiter, limit, debts: Mutex::default(), since_sweep: AtomicUsize::new(0) }
    }

    /// Takes the point that every request costs, once all debts are paid. Without a limit there is no balance.
    ///
    /// # Errors
    ///
    /// If the client has no points left.
    pub fn begin(&self, key: &Key) -> Result<Option<Balance>, Wait> {
        let Some(limiter) = &self.limiter else { return Ok(None) };
        self.sweep(limiter);
        let debt = self.debts().remove(key);
        if let Some(owed) = debt.map(|owed| self.pay(limiter, key, owed).0).filter(|owed| *owed > 0) {
            *self.debts().entry(key.clone()).or_default() += owed;
            return Err(Wait(self.time_for(owed)));
        }
        match limiter.check_key(key) {
            Ok(state) => Ok(Some(Balance { limit: self.limit, remaining: state.remaining_burst_capacity() })),
            Err(not_yet) => Err(Wait(not_yet.wait_time_from(limiter.clock().now()))),
        }
    }

    /// Takes further points that a request cost. If the client has too few, it owes the rest.
    pub fn charge(&self, key: &Key, points: u32) -> Option<Balance> {
        let limiter = self.limiter.as_ref()?;
        let (owed, remaining) = self.pay(limiter, key, points.into());
        if owed > 0 {
            *self.debts().entry(key.clone()).or_default() += owed;
        }
        remaining.map(|remaining| Balance { limit: self.limit, remaining })
    }

    /// Pays as much as a client has left. Returns what is still owed and, if known, what is left.
    fn pay(&self, limiter: &Limiter, key: &Key, mut owed: u64) -> (u64, Option<u32>) {
        let mut remaining = None;
        let mut part = u32::try_from(owed).unwrap_or(u32::MAX).min(self.limit);
        // An amount that can't be charged at once is charged in halves, down to the last point.
        while let Some(points) = NonZeroU32::new(part) {
            if let Ok(Ok(state)) = limiter.check_key_n(key, points) {
                owed -= u64::from(part);
                remaining = Some(state.remaining_burst_capacity());
                part = u32::try_from(owed).unwrap_or(u32::MAX).min(part);
            } else {
                remaining = Some(0);
                part /= 2;
            }
        }
        (owed, remaining)
    }

    fn debts(&self) -> MutexGuard<'_, HashMap<Key, u64>> {
        self.debts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long it takes until this many points are restored, and one more.
    fn time_for(&self, points: u64) -> Duration {
        Duration::from_millis(((points + 1) * 60_000).div_ceil(u64::from(self.limit.max(1))))
    }

    /// The remaining points of a client without any.
    #[must_use]
    pub const fn exhausted(&self) -> Balance {
        Balance { limit: self.limit, remaining: 0 }
    }

    /// Forgets the clients who have all their points. It runs once per as many requests as there are clients, so that
    /// its cost per request is negligible.
    fn sweep(&self, limiter: &Limiter) {
        let spent = self.since_sweep.fetch_add(1, Relaxed) + 1;
        if spent >= SWEEP && spent >= limiter.len() {
            self.since_sweep.store(0, Relaxed);
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(address: &str) -> Key {
        Key::of_address(address.parse().expect("an address"))
    }

    #[test]
    fn an_ipv6_network_is_one_client_and_an_ipv4_address_is_the_same_in_both_forms() {
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }

    fn left(remaining: u32) -> Option<Balance> {
        Some(Balance { limit: 10, remaining })
    }

    #[test]
    fn each_client_spends_its_own_points_until_none_are_left() {
        let rates = Rates::new(10);
        let (one, other) = (key("192.0.2.1"), key("192.0.2.2"));
        assert_eq!(rates.begin(&one), Ok(left(9)));
        assert_eq!(rates.charge(&one, 9), left(0));
        assert!(matches!(rates.begin(&one), Err(Wait(wait)) if wait <= Duration::from_secs(6)));
        assert_eq!(rates.begin(&other), Ok(left(9)));
    }

    #[test]
    fn a_client_that_overspends_has_a_debt() {
        let rates = Rates::new(10);
        let one = key("192.0.2.1");
        assert_eq!(rates.begin(&one), Ok(left(9)));
        assert_eq!(rates.charge(&one, 109), left(0));
        let waits = |rates: &Rates| matches!(rates.begin(&one), Err(Wait(wait)) if wait > Duration::from_secs(590));
        assert!(waits(&rates));
        assert!(waits(&rates), "asking again pays nothing");
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let rates = Rates::new(0);
        assert_eq!((rates.begin(&key("192.0.2.1")), rates.charge(&key("192.0.2.1"), u32::MAX)), (Ok(None), None));
    }

    #[test]
    fn clients_with_all_their_points_are_forgotten() {
        let rates = Rates::new(u32::MAX);
        for client in 0..10_000_u32 {
            rates.begin(&Key::Address(IpAddr::from(client.to_be_bytes()))).expect("enough points");
        }
        assert!(rates.limiter.as_ref().is_some_and(|limiter| limiter.len() < 5_000));
    }

    #[test]
    fn the_headers_have_the_remaining_points_and_the_reset_time() {
        let balance = Balance { limit: 600, remaining: 585 };
        assert_eq!(balance.policy(), "\"points\";q=600;w=60");
        assert_eq!(balance.state(), "\"points\";r=585;t=2");
        assert_eq!(Balance { limit: 600, remaining: 600 }.state(), "\"points\";r=600;t=0");
    }
}

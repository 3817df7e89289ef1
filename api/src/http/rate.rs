//! How much a client may ask for: points of cost, which come back evenly within a minute.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};

/// What points are counted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// The network address that a request comes from, or the network of 64 bits that an IPv6 address is in: who has
    /// one has all of them.
    Address(IpAddr),
    /// Who is signed in, wherever they are.
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

    /// What the log says of it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Address(_) => "address",
            Self::Subject(_) => "subject",
        }
    }
}

/// What a client may spend, and has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The points of a minute.
    pub limit: u32,
    /// The points that are left.
    pub remaining: u32,
}

/// Why points can't be spent.
#[derive(Debug, PartialEq, Eq)]
pub enum Overdrawn {
    /// There will be enough after this time.
    Wait(Duration),
    /// There will never be as many.
    Never,
}

/// What all clients have spent.
pub struct Rates {
    /// None where there is no limit.
    limiter: Option<Limiter>,
    limit: u32,
    /// How often something was spent since clients that spend nothing were last forgotten.
    since_sweep: AtomicUsize,
}

type Limiter = RateLimiter<Key, DashMapStateStore<Key>, DefaultClock, StateInformationMiddleware>;

/// How often something is spent at least before clients are forgotten.
const SWEEP: usize = 1024;

impl Balance {
    /// How long it takes until all points are back.
    #[must_use]
    pub fn resets_in(self) -> Duration {
        let spent = u64::from(self.limit.saturating_sub(self.remaining));
        Duration::from_millis((spent * 60_000).div_ceil(u64::from(self.limit.max(1))))
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

/// Seconds, of which the last counts as whole.
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
        Self { limiter, limit, since_sweep: AtomicUsize::new(0) }
    }

    /// Spends points of a client. There is no balance where there is no limit.
    ///
    /// # Errors
    ///
    /// When the client does not have as many. Then none are spent.
    pub fn spend(&self, key: &Key, points: NonZeroU32) -> Result<Option<Balance>, Overdrawn> {
        let Some(limiter) = &self.limiter else { return Ok(None) };
        self.sweep(limiter);
        match limiter.check_key_n(key, points) {
            Ok(Ok(state)) => Ok(Some(Balance { limit: self.limit, remaining: state.remaining_burst_capacity() })),
            Ok(Err(not_yet)) => Err(Overdrawn::Wait(not_yet.wait_time_from(limiter.clock().now()))),
            Err(_) => Err(Overdrawn::Never),
        }
    }

    /// What is left for a client that has nothing left.
    #[must_use]
    pub const fn nothing_left(&self) -> Balance {
        Balance { limit: self.limit, remaining: 0 }
    }

    /// Forgets the clients who have all their points. It comes once for as many requests as there are clients, so that
    /// it costs each request next to nothing.
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

    fn points(points: u32) -> NonZeroU32 {
        NonZeroU32::new(points).expect("points")
    }

    #[test]
    fn an_ipv6_network_is_one_client_and_an_ipv4_address_is_the_same_in_both_forms() {
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }

    #[test]
    fn each_client_spends_its_own_points_until_none_are_left() {
        let rates = Rates::new(10);
        let (one, other) = (key("192.0.2.1"), key("192.0.2.2"));
        assert_eq!(rates.spend(&one, points(7)), Ok(Some(Balance { limit: 10, remaining: 3 })));
        assert!(matches!(rates.spend(&one, points(4)), Err(Overdrawn::Wait(wait)) if wait <= Duration::from_secs(6)));
        assert_eq!(rates.spend(&one, points(3)), Ok(Some(Balance { limit: 10, remaining: 0 })));
        assert!(rates.spend(&one, points(1)).is_err());
        assert_eq!(rates.spend(&other, points(11)), Err(Overdrawn::Never));
        assert_eq!(rates.spend(&other, points(10)), Ok(Some(Balance { limit: 10, remaining: 0 })));
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        assert_eq!(Rates::new(0).spend(&key("192.0.2.1"), points(u32::MAX)), Ok(None));
    }

    #[test]
    fn clients_with_all_their_points_are_forgotten() {
        let rates = Rates::new(u32::MAX);
        for client in 0..10_000_u32 {
            rates.spend(&Key::Address(IpAddr::from(client.to_be_bytes())), points(1)).expect("enough points");
        }
        assert!(rates.limiter.as_ref().is_some_and(|limiter| limiter.len() < 5_000));
    }

    #[test]
    fn the_headers_say_what_is_left_and_when_all_is_back() {
        let balance = Balance { limit: 600, remaining: 585 };
        assert_eq!(balance.policy(), "\"points\";q=600;w=60");
        assert_eq!(balance.state(), "\"points\";r=585;t=2");
        assert_eq!(Balance { limit: 600, remaining: 600 }.state(), "\"points\";r=600;t=0");
    }
}

//! Wrong tokens are slowed by address: each one behind the first few makes the address wait twice as long.
//!
//! While it waits nothing that it shows is looked at, so that trying in parallel is no faster. Tokens have 256 random
//! bits and can't be guessed anyway; this keeps the log, the audit and the processor from those who try. Clients behind
//! one proxy share its address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Wrong tokens that cost nothing: people mistype.
const FREE_TRIES: u32 = 5;
/// The first wait.
const WAIT_FIRST: Duration = Duration::from_secs(1);
/// The longest wait.
const WAIT_MAX: Duration = Duration::from_mins(1);
/// After so long without a try an address is forgotten.
const FORGET_AFTER: Duration = Duration::from_mins(15);
/// Addresses that are remembered; of more, those go first that were quiet longest.
const ADDRESSES_MAX: usize = 4096;

#[derive(Debug, Clone, Copy)]
struct Tried {
    times: u32,
    last: Instant,
    until: Instant,
}

/// What each address has tried.
#[derive(Debug, Default)]
pub struct Tries {
    seen: Mutex<HashMap<IpAddr, Tried>>,
}

impl Tries {
    /// How long the address has still to wait.
    pub fn wait(&self, address: IpAddr, now: Instant) -> Option<Duration> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = seen.get(&network(address))?.until.saturating_duration_since(now);
        (!wait.is_zero()).then_some(wait)
    }

    /// A wrong token came; how many came by now.
    pub fn wrong(&self, address: IpAddr, now: Instant) -> u32 {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let address = network(address);
        if seen.len() >= ADDRESSES_MAX && !seen.contains_key(&address) {
            seen.retain(|_, tried| now.saturating_duration_since(tried.last) < FORGET_AFTER);
            if seen.len() >= ADDRESSES_MAX
                && let Some(oldest) =
                    seen.iter().min_by_key(|(_, tried)| tried.last).map(|(address, _)| *address)
            {
                seen.remove(&oldest);
            }
        }
        let tried = seen.entry(address).or_insert(Tried { times: 0, last: now, until: now });
        if now.saturating_duration_since(tried.last) >= FORGET_AFTER {
            tried.times = 0;
        }
        tried.times = tried.times.saturating_add(1);
        tried.last = now;
        tried.until = now + wait_after(tried.times);
        tried.times
    }
}

fn wait_after(times: u32) -> Duration {
    match times.checked_sub(FREE_TRIES + 1) {
        None => Duration::ZERO,
        Some(doublings) => WAIT_FIRST.saturating_mul(2_u32.saturating_pow(doublings)).min(WAIT_MAX),
    }
}

/// One customer has a whole network of IPv6 addresses: they count as one.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn each_wrong_token_behind_the_fifth_doubles_the_wait_up_to_a_minute() {
        let (tries, mut now) = (Tries::default(), Instant::now());
        let mut waits = Vec::new();
        for _ in 0..14 {
            tries.wrong(at("192.0.2.1"), now);
            let wait = tries.wait(at("192.0.2.1"), now).unwrap_or_default();
            waits.push(wait.as_secs());
            now += wait;
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(tries.wait(at("192.0.2.2"), now), None, "another address does not wait");
        assert_eq!(tries.wrong(at("192.0.2.1"), now + FORGET_AFTER), 1, "it is forgotten");
    }

    #[test]
    fn a_network_of_ipv6_is_one_and_a_mapped_address_is_its_own() {
        let (tries, now) = (Tries::default(), Instant::now());
        for number in 0..6 {
            tries.wrong(at(&format!("2001:db8::{number}")), now);
        }
        assert!(tries.wait(at("2001:db8::ffff"), now).is_some());
        assert!(tries.wait(at("2001:db8:0:1::1"), now).is_none());
        assert_eq!(network(at("::ffff:192.0.2.1")), at("192.0.2.1"));
    }

    #[test]
    fn a_million_addresses_take_no_more_room_than_the_maximum() {
        let (tries, now) = (Tries::default(), Instant::now());
        for number in 0..=u32::try_from(ADDRESSES_MAX).unwrap() {
            tries.wrong(IpAddr::V4(number.into()), now + Duration::from_millis(number.into()));
        }
        let seen = tries.seen.lock().unwrap();
        assert_eq!(seen.len(), ADDRESSES_MAX);
        assert!(!seen.contains_key(&at("0.0.0.0")), "the oldest went");
    }
}

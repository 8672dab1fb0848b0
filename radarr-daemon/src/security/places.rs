//! How many connections there may be: in all, and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::tries::network;

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// There are too many connections.
    All,
    /// There are too many from that address.
    Address,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// The places of one kind of listener.
#[derive(Debug)]
pub struct Places {
    max: usize,
    max_per_address: usize,
    taken: Mutex<Taken>,
}

/// A place, free again when it is dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    address: Option<IpAddr>,
}

impl Places {
    /// So many in all, and from one address.
    pub fn new(max: usize, max_per_address: usize) -> Arc<Self> {
        Arc::new(Self { max, max_per_address, taken: Mutex::default() })
    }

    /// Takes one; without an address only the whole is counted.
    pub fn take(self: &Arc<Self>, address: Option<IpAddr>) -> Result<Place, Full> {
        let address = address.map(network);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.max {
            return Err(Full::All);
        }
        if let Some(address) = address {
            let of_address = taken.by_address.entry(address).or_default();
            if *of_address >= self.max_per_address {
                return Err(Full::Address);
            }
            *of_address += 1;
        }
        taken.all += 1;
        Ok(Place { places: Arc::clone(self), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        let Some(address) = self.address else { return };
        if let Some(of_address) = taken.by_address.get_mut(&address) {
            *of_address -= 1;
            if *of_address == 0 {
                taken.by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_all_and_by_address_and_free_again() {
        let places = Places::new(3, 2);
        let at = |text: &str| Some(text.parse().unwrap());
        let one = places.take(at("192.0.2.1")).unwrap();
        let _two = places.take(at("192.0.2.1")).unwrap();
        assert_eq!(places.take(at("192.0.2.1")).unwrap_err(), Full::Address);
        let _three = places.take(at("192.0.2.2")).unwrap();
        assert_eq!(places.take(at("192.0.2.3")).unwrap_err(), Full::All);
        drop(one);
        assert_eq!(places.take(at("192.0.2.1")).map(drop), Ok(()));
        assert_eq!(places.take(None).map(drop), Ok(()));
        assert_eq!(places.taken.lock().unwrap().by_address.len(), 2);
    }
}

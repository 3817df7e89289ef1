//! Authentication, permissions and visibility.

pub mod grant;
mod jwks;
mod keys;
pub mod policy;
#[cfg(test)]
mod test_keys;
#[cfg(test)]
mod test_pairs;
pub mod token;
pub mod viewer;
pub mod visible;

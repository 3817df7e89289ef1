//! `plenary token`: signs a token.

use std::time::Duration;

use clap::Args;

use super::ExitError;
use crate::{
    auth::{grant::WrittenGrant, token::Signer},
    clock::Clock,
    config::Settings,
};

#[derive(Args)]
pub(super) struct TokenArguments {
    /// Subject of the token, its `sub`
    #[arg(long)]
    subject: String,
    /// Grant, such as admin, organizer@lpc-2021 or lead@lpc-2021/real-time; can be repeated
    #[arg(long = "grant", value_parser = grant)]
    grants: Vec<String>,
    /// Lifetime: 900, 15m, 8h, 1d
    #[arg(long, default_value = "1h", value_parser = ttl)]
    ttl: Duration,
}

pub(super) async fn run(settings: Settings, wanted: TokenArguments) -> Result<(), ExitError> {
    let signer = Signer::new(&settings.auth, Clock::System).map_err(ExitError::Unusable)?;
    let token = signer.sign(&wanted.subject, &wanted.grants, wanted.ttl).map_err(ExitError::Unusable)?;
    println!("{token}");
    Ok(())
}

fn grant(text: &str) -> Result<String, String> {
    text.parse::<WrittenGrant>().map(|grant| grant.to_string())
}

fn ttl(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len()));
    let unit = match unit {
        "" | "s" => Some(1),
        "m" => Some(60),
        "h" => Some(60 * 60),
        "d" => Some(24 * 60 * 60),
        _ => None,
    };
    let seconds = unit.and_then(|unit: u64| number.parse::<u64>().ok()?.checked_mul(unit));
    seconds.map(Duration::from_secs).ok_or(
        "must be a number of seconds, or a number with s, m, h or d, such as 900, \
                                            15m, 8h or 1d"
            .into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_a_number_with_an_optional_unit() {
        for (text, seconds) in [("900", 900), ("30s", 30), ("15m", 900), ("8h", 28_800), ("1d", 86_400)] {
            assert_eq!(ttl(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "h", "-1h", "1.5h", "1 h", "1w", "1h30m", "99999999999999999999", "9999999999999999d"] {
            assert!(ttl(text).is_err(), "{text}");
        }
    }
}

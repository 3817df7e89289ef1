//! Addresses within a chat service.

use plenary_entity::enums::ChatProvider;
use ruma_identifiers_validation::{room_alias_id, room_id, user_id};

use crate::check::Checks;

/// How long the name of an IRC channel may be, in characters.
const LONGEST_CHANNEL: usize = 50;

/// Notes where an address is none that the service has.
pub(super) fn check(checks: &mut Checks, provider: ChatProvider, address: Option<&str>) {
    // Of what is no text that may be stored, that alone is noted.
    let Some(address) = address.filter(|_| checks.is_right("address")) else { return };
    match provider {
        ChatProvider::Matrix => {
            checks.ensure(
                is_matrix(address),
                "address",
                "must be a Matrix address such as `#real-time:chat.example.org`",
            );
        }
        ChatProvider::Irc => {
            checks.ensure(
                is_irc(address),
                "address",
                "must be an IRC server and channel such as `irc.example.org/#real-time`",
            );
        }
        _ => {}
    }
}

/// The alias or the id of a room, or a user, as the Matrix specification has them ("Appendices", common identifier
/// format).
fn is_matrix(address: &str) -> bool {
    // The historical forms that the specification lets pass have any characters, or none, where the name is.
    let is_named = address.chars().nth(1).is_some_and(|letter| letter != ':');
    let is_whole = !address.contains(char::is_whitespace);
    let is_well_formed = match address.chars().next() {
        Some('#') => room_alias_id::validate(address).is_ok(),
        Some('!') => room_id::validate(address).is_ok(),
        Some('@') => user_id::validate(address).is_ok(),
        _ => false,
    };
    is_named && is_whole && is_well_formed
}

/// A server, which may name its port, and a channel on it (RFC 2812, 1.3).
fn is_irc(address: &str) -> bool {
    address.split_once('/').is_some_and(|(server, channel)| is_server(server) && is_channel(channel))
}

fn is_server(server: &str) -> bool {
    let is_port = |port: &str| port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let host = match server.rsplit_once(':') {
        Some((host, port)) if is_port(port) => host,
        _ => server,
    };
    url::Host::parse(host).is_ok()
}

fn is_channel(channel: &str) -> bool {
    let is_stray = |letter: char| letter.is_whitespace() || letter.is_control() || matches!(letter, ',' | ':');
    let length = channel.chars().count();
    channel.starts_with(['#', '&', '+', '!']) && (2..=LONGEST_CHANNEL).contains(&length) && !channel.contains(is_stray)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_right(provider: ChatProvider, address: &str) -> bool {
        let mut checks = Checks::default();
        check(&mut checks, provider, Some(address));
        checks.into_issues().is_empty()
    }

    #[test]
    fn matrix_addresses_are_aliases_or_ids_of_rooms_or_users() {
        for right in [
            "#real-time:chat.example.org",
            "#real-time:chat.example.org:8448",
            "!abc:chat.example.org",
            "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM",
            "@ada:[2001:db8::1]",
        ] {
            assert!(are_right(ChatProvider::Matrix, right), "{right}");
        }
        for wrong in [
            "real-time:chat.example.org",
            "#real-time",
            "#:chat.example.org",
            "!",
            "#real time:chat.example.org",
            "#a:b c",
            "#a:x_y",
        ] {
            assert!(!are_right(ChatProvider::Matrix, wrong), "{wrong}");
        }
        assert!(!are_right(ChatProvider::Matrix, &format!("#{}:chat.example.org", "a".repeat(255))));
    }

    #[test]
    fn irc_addresses_are_servers_with_channels() {
        for right in [
            "irc.example.org/#real-time",
            "irc.example.org:6697/#real-time",
            "[2001:db8::1]/&local",
            "[2001:db8::1]:6697/!ABCDEroom",
            "irc.example.org/+a/b",
        ] {
            assert!(are_right(ChatProvider::Irc, right), "{right}");
        }
        for wrong in [
            "#real-time",
            "irc.example.org",
            "irc.example.org/",
            "irc.example.org/#",
            "irc.example.org/real-time",
            "/#real-time",
            "irc.example.org:port/#real-time",
            "irc.example.org:+6697/#real-time",
            "irc.example.org:66970/#real-time",
            "irc example.org/#real-time",
            "irc.example.org/#a,#b",
            "irc.example.org/#a:b",
            "irc.example.org/#a b",
            "irc.example.org/#a\u{7}",
        ] {
            assert!(!are_right(ChatProvider::Irc, wrong), "{wrong}");
        }
        assert!(are_right(ChatProvider::Irc, &format!("irc.example.org/#{}", "a".repeat(49))));
        assert!(!are_right(ChatProvider::Irc, &format!("irc.example.org/#{}", "a".repeat(50))));
    }
}

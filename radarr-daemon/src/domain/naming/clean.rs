//! Makes a text safe as a file or folder name.

use radarr_proto::model::{ColonMode, NamingSettings};

/// Stands for `...` while a name is built, so that the clean-up of repeated dots leaves it alone.
pub(super) const ELLIPSIS_MARK: char = '\u{1}';

/// Characters that Windows and its network file systems refuse, and what stands for each. The colon has a setting.
pub const ILLEGAL: &[(char, &str)] =
    &[('\\', "+"), ('/', "+"), ('<', ""), ('>', ""), ('?', "!"), ('*', "-"), ('|', ""), ('"', "")];

/// Names of devices on Windows; a file name may not start with one and a dot.
const DEVICES: &[&str] = &[
    "aux", "con", "nul", "prn", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

const SEPARATORS: [char; 4] = ['-', ' ', '.', '_'];

/// The text without characters that file systems refuse: replaced or removed as the settings say. Control
/// characters go, and so do dots and spaces at the start and spaces at the end.
pub fn clean_name(text: &str, settings: &NamingSettings) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ':' if settings.replace_illegal => {
                safe.push_str(colon(settings.colon, chars.peek() == Some(&' ')));
            }
            ':' => {}
            ELLIPSIS_MARK => safe.push(c),
            c if c.is_control() => {}
            c => match ILLEGAL.iter().find(|(illegal, _)| *illegal == c) {
                Some((_, good)) if settings.replace_illegal => safe.push_str(good),
                Some(_) => {}
                None => safe.push(c),
            },
        }
    }
    safe.trim_start_matches([' ', '.']).trim_end_matches(' ').to_owned()
}

/// What stands for a colon. Before a space the smart mode writes ` -`, so that ` - ` comes out.
fn colon(mode: ColonMode, before_space: bool) -> &'static str {
    match mode {
        ColonMode::Delete => "",
        ColonMode::Dash => "-",
        ColonMode::SpaceDash => " -",
        ColonMode::SpaceDashSpace => " - ",
        ColonMode::Smart | ColonMode::Unknown => {
            if before_space {
                " -"
            } else {
                "-"
            }
        }
    }
}

/// A run of the same separator becomes one.
pub(super) fn collapse(name: &str) -> String {
    let mut collapsed = String::with_capacity(name.len());
    let mut last = None;
    for c in name.chars() {
        if last != Some(c) || !SEPARATORS.contains(&c) {
            collapsed.push(c);
        }
        last = Some(c);
    }
    collapsed
}

/// Separators at the end go.
pub(super) fn trim_separators(name: &str) -> &str {
    name.trim_end_matches(SEPARATORS)
}

/// The dot behind a device name at the start becomes an underscore: `Con.Game` is `Con_Game`.
pub(super) fn without_device_name(name: String) -> String {
    match name.split_once('.') {
        Some((start, rest)) if DEVICES.iter().any(|device| device.eq_ignore_ascii_case(start)) => {
            format!("{start}_{rest}")
        }
        Some(_) | None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_colon_mode_writes_its_own_sign() {
        for (mode, before_space, inside) in [
            (ColonMode::Delete, "CSI Vegas", "MovieTitle"),
            (ColonMode::Dash, "CSI- Vegas", "Movie-Title"),
            (ColonMode::SpaceDash, "CSI - Vegas", "Movie -Title"),
            (ColonMode::SpaceDashSpace, "CSI -  Vegas", "Movie - Title"),
            (ColonMode::Smart, "CSI - Vegas", "Movie-Title"),
        ] {
            let settings = NamingSettings { colon: mode, ..NamingSettings::default() };
            assert_eq!(clean_name("CSI: Vegas", &settings), before_space, "{mode:?}");
            assert_eq!(clean_name("Movie:Title", &settings), inside, "{mode:?}");
        }
    }

    #[test]
    fn illegal_characters_are_replaced_or_removed() {
        let keep = NamingSettings::default();
        let remove = NamingSettings { replace_illegal: false, ..NamingSettings::default() };
        let given = " ..a/b\\c<d>e?f*g|h\"i:j\u{7}\n ";
        assert_eq!(clean_name(given, &keep), "a+b+cde!f-ghi-j");
        assert_eq!(clean_name(given, &remove), "abcdefghij");
    }

    #[test]
    fn a_device_name_loses_its_dot() {
        assert_eq!(without_device_name("Con.Game.2021".into()), "Con_Game.2021");
        assert_eq!(without_device_name("LPT1.x".into()), "LPT1_x");
        assert_eq!(without_device_name("Conair.x".into()), "Conair.x");
    }
}

//! How far something is, as a bar of text.

/// A bar of `columns` columns and its percentage: `████░░░░  43%`.
pub fn gauge(percent: u8, columns: usize) -> String {
    let percent = percent.min(100);
    let bar = columns.saturating_sub(5);
    let done = bar * usize::from(percent) / 100;
    format!("{}{} {percent:>3}%", "█".repeat(done), "░".repeat(bar - done))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_only_when_all_is_there() {
        assert_eq!(gauge(0, 9), "░░░░   0%");
        assert_eq!(gauge(99, 9), "███░  99%");
        assert_eq!(gauge(100, 9), "████ 100%");
        assert_eq!(gauge(250, 3), " 100%");
    }
}

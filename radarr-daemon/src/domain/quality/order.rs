//! Where a quality stands in a profile, and which of two stands higher.

use std::cmp::Ordering;

use radarr_proto::model::{ProfileItem, Quality, QualityModel, QualityProfile};

/// The place of a quality in a profile: which item, and which member of it when it is a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Index of the item, worst first.
    pub item: usize,
    /// Index inside the item; 0 for a single quality.
    pub member: usize,
}

/// Whether the members of a group rank by their order in it, or all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupOrder {
    /// Members tie: what decisions and ranking use.
    Ignore,
    /// Members are ordered too: what lists show.
    Respect,
}

impl Place {
    /// This place against another one.
    pub fn compare(self, other: Self, groups: GroupOrder) -> Ordering {
        let by_item = self.item.cmp(&other.item);
        match groups {
            GroupOrder::Ignore => by_item,
            GroupOrder::Respect => by_item.then(self.member.cmp(&other.member)),
        }
    }
}

/// Where the quality stands; one that is in no item is taken to stand where the first item does.
///
/// Source: Radarr's `QualityProfile.GetIndex`.
pub fn place(items: &[ProfileItem], quality: Quality) -> Place {
    let found = items.iter().enumerate().find_map(|(item, line)| {
        line.qualities.iter().position(|member| *member == quality).map(|member| Place { item, member })
    });
    found.unwrap_or_default()
}

/// Compares two qualities by their places in the profile; members of a group tie.
pub fn compare_quality(profile: &QualityProfile, left: Quality, right: Quality) -> Ordering {
    place(&profile.items, left).compare(place(&profile.items, right), GroupOrder::Ignore)
}

/// Compares quality first, then revision.
pub fn compare_model(
    items: &[ProfileItem],
    left: QualityModel,
    right: QualityModel,
    groups: GroupOrder,
) -> Ordering {
    place(items, left.quality)
        .compare(place(items, right.quality), groups)
        .then(left.revision.cmp(&right.revision))
}

/// The line that holds the quality.
pub fn item_of(profile: &QualityProfile, quality: Quality) -> Option<&ProfileItem> {
    profile.items.iter().find(|item| item.qualities.contains(&quality))
}

/// Whether a release of that quality may be taken at all.
pub fn is_allowed(profile: &QualityProfile, quality: Quality) -> bool {
    item_of(profile, quality).is_some_and(|item| item.allowed)
}

/// The worst quality that is allowed: where a profile without upgrades is content.
pub fn first_allowed(profile: &QualityProfile) -> Option<Quality> {
    profile.items.iter().filter(|item| item.allowed).find_map(|item| item.qualities.first().copied())
}

/// The best quality that is allowed.
pub fn last_allowed(profile: &QualityProfile) -> Option<Quality> {
    profile.items.iter().rev().filter(|item| item.allowed).find_map(|item| item.qualities.last().copied())
}

/// How the profile calls the line that holds the quality: the group's name, else the quality's.
pub fn item_name(profile: &QualityProfile, quality: Quality) -> String {
    let group = item_of(profile, quality).and_then(|item| item.group.clone());
    group.unwrap_or_else(|| quality.name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(item: usize, member: usize) -> Place {
        Place { item, member }
    }

    #[test]
    fn members_of_a_group_tie_unless_their_order_is_asked_for() {
        assert_eq!(at(1, 0).compare(at(1, 1), GroupOrder::Ignore), Ordering::Equal);
        assert_eq!(at(1, 0).compare(at(1, 1), GroupOrder::Respect), Ordering::Less);
        assert_eq!(at(2, 0).compare(at(1, 1), GroupOrder::Respect), Ordering::Greater);
    }

    #[test]
    fn a_quality_outside_the_profile_stands_at_the_first_item() {
        let items = [
            ProfileItem { group: None, qualities: vec![Quality::Sdtv], allowed: true },
            ProfileItem { group: None, qualities: vec![Quality::Dvd], allowed: true },
        ];
        assert_eq!(place(&items, Quality::Remux2160p), at(0, 0));
        assert_eq!(place(&items, Quality::Dvd), at(1, 0));
    }
}

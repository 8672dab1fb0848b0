//! What a check found, and how it is stored.

use jiff::Timestamp;
use radarr_proto::model::{HealthItem, Severity};

use crate::storage::{Collection, Document};

/// One thing that is wrong, before it is known since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) check: &'static str,
    pub(super) subject: String,
    pub(super) severity: Severity,
    pub(super) message: String,
    pub(super) hint: String,
}

impl Finding {
    /// Something that does not work until a person acts.
    pub(super) fn error(
        check: &'static str,
        subject: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            check,
            subject: subject.into(),
            severity: Severity::Error,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// Something that works, but not as it should.
    pub(super) fn warning(
        check: &'static str,
        subject: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(check, subject, message, hint) }
    }

    /// Something that is good to know.
    pub(super) fn notice(
        check: &'static str,
        subject: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Notice, ..Self::error(check, subject, message, hint) }
    }

    /// The entry that clients see.
    pub(super) fn since(self, since: Timestamp) -> HealthItem {
        HealthItem {
            check: self.check.to_owned(),
            subject: self.subject,
            severity: self.severity,
            message: self.message,
            hint: self.hint,
            since,
        }
    }
}

impl Document for HealthItem {
    type Id = String;
    const COLLECTION: Collection = Collection::Health;
    fn id(&self) -> String {
        format!("{}/{}", self.check, self.subject)
    }
}

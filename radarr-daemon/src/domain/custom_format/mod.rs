//! custom_format

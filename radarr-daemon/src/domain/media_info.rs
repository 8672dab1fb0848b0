//! media_info

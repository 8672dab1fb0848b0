//! search_plan

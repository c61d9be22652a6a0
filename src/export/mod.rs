pub mod csv;
pub mod usage_json;

//! What screens are made of. Each draws into a [`canvas::Canvas`], the one place where foreign text meets the screen.

pub mod canvas;
pub mod confirm;
pub mod form;
pub mod gauge;
pub mod input;
pub mod key_hints;
pub mod list;
pub mod scroll;
pub mod table;

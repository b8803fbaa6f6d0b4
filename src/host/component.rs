//! From a core module to a component of our world, in process: the contract's text is
//! written into the module, then the module is wrapped. Also what a finished component
//! says of its own interface. Nothing is compiled or run here.

use wit_component::{ComponentEncoder, DecodedWasm, StringEncoding};
use wit_parser::Resolve;

use super::interface;

/// A component of the score world made of a core module that exports the world's functions under
/// their canonical names. The error is a sentence for whoever wrote the module.
pub fn from_module(module: &[u8]) -> Result<Vec<u8>, String> {
    let mut resolve = Resolve::default();
    let package = resolve
        .push_str("tamis.wit", interface::TEXT)
        .map_err(|error| format!("the contract cannot be read: {error:#}"))?;
    let world = resolve
        .select_world(&[package], Some("score-plugin"))
        .map_err(|error| format!("the contract has no such world: {error:#}"))?;
    let mut module = module.to_vec();
    wit_component::embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
        .map_err(|error| format!("the contract does not go into the module: {error:#}"))?;
    ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| format!("the module does not fit the contract: {error:#}"))
}

/// Interfaces that a component imports and exports, with their versions, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surface {
    /// What it needs.
    pub imports: Vec<String>,
    /// What it offers.
    pub exports: Vec<String>,
}

/// The interfaces of a component; the error is a sentence.
pub fn surface(component: &[u8]) -> Result<Surface, String> {
    let decoded = wit_component::decode(component)
        .map_err(|error| format!("it is not a component: {error:#}"))?;
    let DecodedWasm::Component(resolve, world) = decoded else {
        return Err("it is an interface in binary form, not a component".to_owned());
    };
    let Some(world) = resolve.worlds.get(world) else {
        return Err("it has no world".to_owned());
    };
    let names = |items: &mut dyn Iterator<Item = &wit_parser::WorldKey>| {
        let mut names: Vec<String> = items.map(|key| resolve.name_world_key(key)).collect();
        names.sort();
        names
    };
    Ok(Surface {
        imports: names(&mut world.imports.keys()),
        exports: names(&mut world.exports.keys()),
    })
}

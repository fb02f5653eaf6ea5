//! Names of user fields in crm.item methods: `ufCrm_1720019876534` for `UF_CRM_1720019876534`.

use crate::store::Store;
use crate::store::field::Entity;

const OLD_PREFIX: &str = "UF_CRM_";
const NEW_PREFIX: &str = "ufCrm";

/// The name in crm.item methods of a user field's old name.
pub(super) fn item_name(old: &str) -> String {
    let mut name = String::from(NEW_PREFIX);
    for word in old.trim_start_matches(OLD_PREFIX).split('_') {
        match word.chars().next() {
            Some(first) if first.is_ascii_alphabetic() => {
                name.push(first.to_ascii_uppercase());
                name.extend(word.chars().skip(1).map(|character| character.to_ascii_lowercase()));
            }
            _ => {
                name.push('_');
                name.push_str(word);
            }
        }
    }
    name
}

/// The old name of a user field from either name; none when it is no name of one.
pub(super) fn old_name(name: &str) -> Option<String> {
    if name.starts_with("UF_") {
        return name.bytes().all(is_name_byte).then(|| name.to_owned());
    }
    let rest = name.strip_prefix(NEW_PREFIX)?;
    let mut old = String::from("UF_CRM");
    for character in rest.chars() {
        if character.is_ascii_uppercase() {
            old.push('_');
        }
        old.push(character.to_ascii_uppercase());
    }
    (!rest.is_empty() && old.bytes().all(is_name_byte)).then_some(old)
}

/// The old name of a user field that records of that type have had, from either name.
pub(super) fn known(store: &Store, entity: &Entity, name: &str) -> Option<String> {
    old_name(name).filter(|old| store.has_user_field(entity, old))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::{item_name, old_name};

    #[test]
    fn names_convert_both_ways() {
        for (old, new) in
            [("UF_CRM_1720019876534", "ufCrm_1720019876534"), ("UF_CRM_MY_FIELD", "ufCrmMyField")]
        {
            assert_eq!(item_name(old), new);
            assert_eq!(old_name(new).as_deref(), Some(old));
            assert_eq!(old_name(old).as_deref(), Some(old));
        }
        assert_eq!(old_name("title"), None);
        assert_eq!(old_name("ufCrm"), None);
        assert_eq!(old_name("UF_CRM_\"'"), None);
    }
}

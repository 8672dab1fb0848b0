//! Reads `multipart/form-data`, as far as programs write it.

use std::collections::HashMap;

/// The fields of an upload, files and texts alike.
pub(super) fn fields(content_type: &str, body: &[u8]) -> Option<HashMap<String, Vec<u8>>> {
    let boundary = content_type.split("boundary=").nth(1)?.split(';').next()?.trim_matches('"');
    let delimiter = format!("--{boundary}").into_bytes();
    let mut fields = HashMap::new();
    let mut rest = behind(body, &delimiter)?;
    while let Some(part_and_more) = rest.strip_prefix(b"\r\n") {
        let end = find(part_and_more, &[b"\r\n", delimiter.as_slice()].concat())?;
        let (part, more) = part_and_more.split_at(end);
        let head_end = find(part, b"\r\n\r\n")?;
        let (head, value) = part.split_at(head_end);
        let head = String::from_utf8_lossy(head);
        let name = head.split("name=\"").nth(1)?.split('"').next()?;
        fields.insert(name.to_owned(), value.get(4..)?.to_vec());
        rest = behind(more.get(2..)?, &delimiter)?;
    }
    Some(fields)
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

fn behind<'a>(text: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    text.get(find(text, wanted)? + wanted.len()..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_files_are_read() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"category\"\r\n\r\nradarr\r\n--x\r\nContent-Disposition: \
            form-data; name=\"torrents\"; filename=\"a.torrent\"\r\nContent-Type: application/x-bittorrent\r\n\r\nd\r\n\r\ne\r\n--x--\r\n";
        let fields = fields("multipart/form-data; boundary=x", body).unwrap();
        assert_eq!(fields.get("category").unwrap(), b"radarr");
        assert_eq!(fields.get("torrents").unwrap(), b"d\r\n\r\ne");
        assert_eq!(super::fields("text/plain", b""), None);
    }
}

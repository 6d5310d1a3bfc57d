//! The resources of a run: its name, memory and cores.

use super::{RequestError, control_group};

/// The share of the machine's memory that queries may use. The rest is for what is not accounted:
/// windows, buffers of readers, the program itself.
const SHARE: f64 = 0.7;

/// A unique name; later runs sort after earlier ones.
pub fn name() -> String {
    let now = chrono::Utc::now().format("%Y%m%dT%H%M%S%6f");
    format!("{now}-{}", std::process::id())
}

/// As many partitions as there are cores.
pub fn default_partitions() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

/// Most of the memory that the control groups or the machine allow this process.
pub fn default_memory() -> usize {
    let machine = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| total(&text));
    let smallest = control_group::memory().into_iter().chain(machine).min().unwrap_or(4 << 30);
    share_of(smallest)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a usize")]
fn share_of(bytes: u64) -> usize {
    (bytes as f64 * SHARE) as usize
}

fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

/// A size such as `4GiB`, `512MB` or `1000000`.
///
/// # Errors
/// The text is not a size above zero.
pub fn bytes(text: &str) -> Result<usize, RequestError> {
    let units: [(&str, usize); 7] = [
        ("GiB", 1 << 30),
        ("MiB", 1 << 20),
        ("KiB", 1 << 10),
        ("GB", 1_000_000_000),
        ("MB", 1_000_000),
        ("KB", 1_000),
        ("B", 1),
    ];
    let found = units.iter().find_map(|(unit, size)| Some((text.strip_suffix(unit)?, *size)));
    let (digits, unit) = found.unwrap_or((text, 1));
    let count = digits.trim().parse::<usize>().ok().filter(|count| *count > 0);
    count
        .and_then(|count| count.checked_mul(unit))
        .ok_or_else(|| RequestError::Param(format!("`{text}` is not a size such as `4GiB`")))
}

#[cfg(test)]
mod tests {
    use super::{bytes, total};

    #[test]
    fn a_size_has_a_unit_or_is_in_bytes() {
        assert_eq!(bytes("4GiB"), Ok(4 << 30));
        assert_eq!(bytes("512 MB"), Ok(512_000_000));
        assert_eq!(bytes("100"), Ok(100));
        for wrong in ["much", "0", "-1GiB", "1.5GiB", "99999999999GiB"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_machine_says_its_memory_in_kib() {
        assert_eq!(total("MemTotal:       24689764 kB\nMemFree: 1 kB"), Some(24_689_764 * 1024));
    }
}

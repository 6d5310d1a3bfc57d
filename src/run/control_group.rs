//! What the control groups of a process leave it of the machine's memory.
//!
//! A process is in one group per hierarchy, and every group above that one limits it too. Where the
//! groups lie, the kernel says: `/proc/self/cgroup` has the path of the group within its hierarchy, and
//! `/proc/self/mountinfo` where which part of the hierarchy can be seen. Both generations are read, for
//! machines have both at once (Linux kernel documentation, "Control Group v2" and "Memory Resource
//! Controller").

use std::path::{Path, PathBuf};

/// Limits on what a group uses; the second generation slows a group down before it stops it.
const FILES: [&str; 3] = ["memory.max", "memory.high", "memory.limit_in_bytes"];

/// The least of the limits on this process, in bytes. `None` where nothing limits it.
pub(super) fn memory() -> Option<u64> {
    let read = |file: &str| std::fs::read_to_string(Path::new("/proc/self").join(file)).ok();
    least(&groups(&read("cgroup")?, &read("mountinfo")?))
}

/// A group, and where the visible part of its hierarchy begins.
#[derive(Debug, PartialEq)]
struct Group {
    folder: PathBuf,
    top: PathBuf,
}

/// The groups that a process is in, of those hierarchies that may limit memory.
fn groups(memberships: &str, mounts: &str) -> Vec<Group> {
    let memberships = memberships.lines().filter_map(|line| {
        let (_, rest) = line.split_once(':')?;
        let (controllers, path) = rest.split_once(':')?;
        let second = controllers.is_empty();
        (second || controllers.split(',').any(|it| it == "memory")).then_some((second, path))
    });
    let found = memberships.filter_map(|(second, path)| {
        let mount = mounts.lines().filter_map(Mount::of).find(|it| it.second == second)?;
        Some(mount.group(path))
    });
    found.collect()
}

/// A part of a hierarchy, and where it can be seen.
struct Mount<'a> {
    root: &'a str,
    point: &'a str,
    second: bool,
}

impl<'a> Mount<'a> {
    /// A line of `mountinfo`, if it is of a hierarchy that may limit memory.
    fn of(line: &'a str) -> Option<Self> {
        let (place, kind) = line.split_once(" - ")?;
        let mut place = place.split(' ').skip(3);
        let (root, point) = (place.next()?, place.next()?);
        let mut kind = kind.split(' ');
        match (kind.next()?, kind.nth(1)?) {
            ("cgroup2", _) => Some(Self { root, point, second: true }),
            ("cgroup", options) if options.split(',').any(|it| it == "memory") => {
                Some(Self { root, point, second: false })
            }
            _ => None,
        }
    }

    /// The group of a path in the hierarchy; the topmost that can be seen if the group itself cannot.
    fn group(&self, path: &str) -> Group {
        let top = PathBuf::from(self.point);
        let below = Path::new(path).strip_prefix(self.root).ok();
        let below = below.filter(|below| !below.iter().any(|part| part == ".."));
        Group { folder: below.map_or_else(|| top.clone(), |below| top.join(below)), top }
    }
}

fn least(groups: &[Group]) -> Option<u64> {
    let folders = groups.iter().flat_map(|group| {
        group.folder.ancestors().take_while(|folder| folder.starts_with(&group.top))
    });
    let limits = folders.flat_map(|folder| {
        FILES.iter().filter_map(|file| std::fs::read_to_string(folder.join(file)).ok())
    });
    // `max` is no number, and no limit.
    limits.filter_map(|text| text.trim().parse().ok()).min()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Group, groups, least};

    const FIRST: &str = "33 30 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n\
                         35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory";

    fn group(top: &str, folder: &str) -> Vec<Group> {
        vec![Group { top: top.into(), folder: folder.into() }]
    }

    #[test]
    fn a_group_is_found_by_its_path_within_what_can_be_seen() {
        let memory = "/sys/fs/cgroup/memory";
        let found = groups("4:cpu,memory:/jobs/night\n3:cpuset:/x", FIRST);
        assert_eq!(found, group(memory, "/sys/fs/cgroup/memory/jobs/night"));

        let second = "29 23 0:26 /jobs /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate";
        let found = groups("0::/jobs/night", second);
        assert_eq!(found, group("/sys/fs/cgroup", "/sys/fs/cgroup/night"));
    }

    #[test]
    fn of_a_group_that_cannot_be_seen_the_topmost_that_can_counts() {
        let second = "29 23 0:26 /other /sys/fs/cgroup rw - cgroup2 cgroup2 rw";
        for path in ["/jobs/night", "/other/../../jobs"] {
            assert_eq!(
                groups(&format!("0::{path}"), second),
                group("/sys/fs/cgroup", "/sys/fs/cgroup")
            );
        }
        assert_eq!(groups("0::/", FIRST), []);
        assert_eq!(groups("no line of this kind", "nor of that"), []);
    }

    #[test]
    fn the_least_limit_of_all_groups_above_counts() {
        let machine = tempfile::tempdir().unwrap();
        let top = machine.path().join("memory");
        let folder = top.join("jobs/night");
        std::fs::create_dir_all(&folder).unwrap();
        let says = |folder: &Path, file: &str, text: &str| {
            std::fs::write(folder.join(file), text).unwrap();
        };
        let groups = [Group { folder: folder.clone(), top: top.clone() }];
        assert_eq!(least(&groups), None);
        says(&folder, "memory.max", "max\n");
        assert_eq!(least(&groups), None);
        says(&top, "memory.limit_in_bytes", "9223372036854771712\n");
        says(&folder, "memory.high", "3000\n");
        assert_eq!(least(&groups), Some(3000));
        says(&top.join("jobs"), "memory.max", "2000\n");
        assert_eq!(least(&groups), Some(2000));
        says(machine.path(), "memory.max", "1\n");
        assert_eq!(least(&groups), Some(2000));
    }
}

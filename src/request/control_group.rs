//! The memory limit of the control groups of a process.
//!
//! A process is in one group per hierarchy, and every group above that one limits it too. The
//! kernel reports the groups: `/proc/self/cgroup` has the path of the group within its hierarchy,
//! and `/proc/self/mountinfo` where which part of the hierarchy is mounted. Both versions are read,
//! since machines can have both at once (Linux kernel documentation, "Control Group v2" and "Memory
//! Resource Controller"). Within a namespace of groups, a hierarchy that was mounted outside of it
//! does not show by its path where in it a process is; then the groups are searched for the
//! process.

use std::path::{Path, PathBuf};

/// Limits on what a group uses; version 2 throttles a group before it stops it.
const FILES: [&str; 3] = ["memory.max", "memory.high", "memory.limit_in_bytes"];

/// The limit of all groups below one, which version 1 reports within each.
const ABOVE: &str = "hierarchical_memory_limit ";
/// How many groups are searched for the one that contains this process.
const LOOKED_INTO: usize = 10_000;

/// The lowest limit on this process, in bytes. `None` if nothing limits it.
pub(super) fn memory() -> Option<u64> {
    let read = |file: &str| std::fs::read_to_string(Path::new("/proc/self").join(file)).ok();
    least(&groups(&read("cgroup")?, &read("mountinfo")?), std::process::id())
}

/// A group, and where the visible part of its hierarchy begins.
#[derive(Debug, PartialEq)]
struct Group {
    /// Its folder; `None` if its path leads out of the visible part.
    folder: Option<PathBuf>,
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

    /// The group of a path in the hierarchy.
    fn group(&self, path: &str) -> Group {
        let top = PathBuf::from(self.point);
        let below = Path::new(path).strip_prefix(self.root).ok();
        let below = below.filter(|below| !below.iter().any(|part| part == ".."));
        Group { folder: below.map(|below| top.join(below)), top }
    }
}

impl Group {
    /// Its folder; the topmost one that can be seen if no group says that it has the process.
    fn found(&self, process: u32) -> PathBuf {
        let known = self.folder.clone().or_else(|| holder(&self.top, process));
        known.unwrap_or_else(|| self.top.clone())
    }
}

/// The group below a folder that has a process.
fn holder(top: &Path, process: u32) -> Option<PathBuf> {
    let process = process.to_string();
    let mut open = vec![top.to_owned()];
    for _ in 0..LOOKED_INTO {
        let group = open.pop()?;
        let members = std::fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
        if members.lines().any(|member| member == process) {
            return Some(group);
        }
        let inner = std::fs::read_dir(&group).into_iter().flatten().flatten();
        let inner = inner.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        open.extend(inner.map(|entry| entry.path()));
    }
    None
}

fn least(groups: &[Group], process: u32) -> Option<u64> {
    let found = groups.iter().map(|group| (group.found(process), &group.top));
    let limits = found.flat_map(|(folder, top)| {
        let above = folder.ancestors().take_while(|folder| folder.starts_with(top));
        above.flat_map(limits).collect::<Vec<u64>>()
    });
    limits.min()
}

/// The limit of a group, including those of its ancestors. `max` is not a number, and not a limit.
fn limits(folder: &Path) -> Vec<u64> {
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).ok();
    let own = FILES.iter().filter_map(|file| read(file)?.trim().parse().ok());
    let facts = read("memory.stat").unwrap_or_default();
    let above = facts.lines().filter_map(|fact| fact.strip_prefix(ABOVE)?.trim().parse().ok());
    own.chain(above).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Group, groups, least};

    const FIRST: &str = "33 30 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n\
                         35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory";

    fn group(top: &str, folder: &str) -> Vec<Group> {
        vec![Group { top: top.into(), folder: Some(folder.into()) }]
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
    fn a_group_whose_path_leads_out_of_what_can_be_seen_is_looked_for() {
        for (root, path) in
            [("/other", "/jobs/night"), ("/other", "/other/../../jobs"), ("/../..", "/")]
        {
            let second = format!("29 23 0:26 {root} /sys/fs/cgroup rw - cgroup2 cgroup2 rw");
            let found = groups(&format!("0::{path}"), &second);
            assert_eq!(found, [Group { top: "/sys/fs/cgroup".into(), folder: None }]);
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
        let groups = [Group { folder: Some(folder.clone()), top: top.clone() }];
        assert_eq!(least(&groups, 7), None);
        says(&folder, "memory.max", "max\n");
        assert_eq!(least(&groups, 7), None);
        says(&top, "memory.limit_in_bytes", "9223372036854771712\n");
        says(&folder, "memory.high", "3000\n");
        assert_eq!(least(&groups, 7), Some(3000));
        says(&top.join("jobs"), "memory.max", "2000\n");
        assert_eq!(least(&groups, 7), Some(2000));
        says(machine.path(), "memory.max", "1\n");
        assert_eq!(least(&groups, 7), Some(2000));
    }

    #[test]
    fn a_process_within_a_namespace_is_found_by_its_number_and_limited_from_above() {
        let machine = tempfile::tempdir().unwrap();
        let top = machine.path().join("memory");
        let folder = top.join("night/in/er");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::create_dir_all(top.join("day")).unwrap();
        let says = |folder: &Path, file: &str, text: &str| {
            std::fs::write(folder.join(file), text).unwrap();
        };
        says(&top, "memory.limit_in_bytes", "9223372036854771712\n");
        says(&top.join("night"), "memory.limit_in_bytes", "5000\n");
        says(&top.join("day"), "memory.limit_in_bytes", "1\n");
        says(&top.join("day"), "cgroup.procs", "17\n70\n");
        says(&folder, "cgroup.procs", "1\n7\n");
        let unseen = [Group { folder: None, top: top.clone() }];
        assert_eq!(least(&unseen, 7), Some(5000));
        assert_eq!(least(&unseen, 17), Some(1));
        assert_eq!(least(&unseen, 8), Some(9_223_372_036_854_771_712));
        // The limits of invisible groups, which only the kernel knows.
        let stat = "cache 0\nhierarchical_memory_limit 400\nhierarchical_memsw_limit 1\n";
        says(&folder, "memory.stat", stat);
        let own = [Group { folder: Some(folder.clone()), top: folder }];
        assert_eq!(least(&own, 7), Some(400));
    }
}

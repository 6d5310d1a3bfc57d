//! Division of a run's memory among operators.
//!
//! The engine's own fair pool gives operators that cannot spill whatever is left, and counts the
//! merge of what a sort has spilled among them. With little memory that fails: a merge could work
//! with less but takes everything, and a sort that began alone keeps more than its share when
//! others begin. Here a quarter is reserved for operators that can neither spill nor work with
//! less; the rest is divided among the active ones, and each may have half of what they do not use.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::{
    MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation,
};

/// The engine's name of the merge of spilled rows.
const MERGE: &str = "ExternalSorterMerge";

/// A pool of a given number of bytes.
#[derive(Debug)]
pub(super) struct SharedPool {
    limit: usize,
    used: Mutex<Used>,
}

#[derive(Debug, Default)]
struct Used {
    /// Bytes of consumers that cannot work with less.
    firm: usize,
    /// Bytes of each consumer that can.
    yielding: HashMap<usize, usize>,
}

impl fmt::Display for Used {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let others = self.yielding.values().filter(|bytes| **bytes > 0);
        let bytes: usize = others.clone().sum();
        let others = others.count();
        write!(formatter, "{} are held by what cannot spill, {bytes} by {others} others", self.firm)
    }
}

impl SharedPool {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, used: Mutex::default() }
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much more a consumer may allocate.
    fn available(&self, used: &Used, consumer: &MemoryConsumer) -> usize {
        let kept = self.limit / 4;
        if !yields(consumer) {
            let yielding: usize = used.yielding.values().sum();
            return self.limit.saturating_sub(used.firm + yielding.min(self.limit - kept));
        }
        let own = used.yielding.get(&consumer.id()).copied().unwrap_or(0);
        let others =
            used.yielding.iter().filter(|(id, bytes)| **id != consumer.id() && **bytes > 0);
        let shared = self.limit.saturating_sub(used.firm.max(kept));
        let share = shared / (others.count() + 1);
        let free = shared.saturating_sub(used.yielding.values().sum());
        share.saturating_sub(own).max(free / 2)
    }
}

fn yields(consumer: &MemoryConsumer) -> bool {
    consumer.can_spill() || consumer.name().starts_with(MERGE)
}

impl fmt::Display for SharedPool {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{} bytes", self.limit)
    }
}

impl MemoryPool for SharedPool {
    fn name(&self) -> &'static str {
        "shared"
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.used().yielding.remove(&consumer.id());
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        let mut used = self.used();
        if yields(reservation.consumer()) {
            *used.yielding.entry(reservation.consumer().id()).or_default() += additional;
        } else {
            used.firm += additional;
        }
    }

    fn shrink(&self, reservation: &MemoryReservation, less: usize) {
        let mut used = self.used();
        if yields(reservation.consumer()) {
            let own = used.yielding.entry(reservation.consumer().id()).or_default();
            *own = own.saturating_sub(less);
        } else {
            used.firm = used.firm.saturating_sub(less);
        }
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        let consumer = reservation.consumer();
        let used = self.used();
        let available = self.available(&used, consumer);
        if additional > available {
            return Err(DataFusionError::ResourcesExhausted(format!(
                "`{}` asks for {additional} more bytes, and {available} of {} are left for it: {used}",
                consumer.name(),
                self.limit
            )));
        }
        drop(used);
        self.grow(reservation, additional);
        Ok(())
    }

    fn reserved(&self) -> usize {
        let used = self.used();
        used.firm + used.yielding.values().sum::<usize>()
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::SharedPool;
    use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};
    use std::sync::Arc;

    fn pool() -> Arc<dyn MemoryPool> {
        Arc::new(SharedPool::new(100))
    }

    fn spiller(pool: &Arc<dyn MemoryPool>) -> MemoryReservation {
        MemoryConsumer::new("sort").with_can_spill(true).register(pool)
    }

    fn firm(pool: &Arc<dyn MemoryPool>) -> MemoryReservation {
        MemoryConsumer::new("join").register(pool)
    }

    #[test]
    fn those_at_work_share_three_quarters() {
        let pool = pool();
        let (one, two, _idle) = (spiller(&pool), spiller(&pool), spiller(&pool));
        one.try_grow(75).unwrap();
        one.try_grow(1).unwrap_err();
        two.try_grow(37).unwrap();
        two.try_grow(1).unwrap_err();
        one.free();
        two.try_grow(1).unwrap();
    }

    #[test]
    fn what_the_others_do_not_use_is_not_kept_for_them() {
        let pool = pool();
        let idle = [(); 9].map(|()| spiller(&pool));
        for sort in &idle {
            sort.try_grow(1).unwrap();
        }
        let busy = spiller(&pool);
        busy.try_grow(33).unwrap();
        busy.try_grow(17).unwrap_err();
        let late = spiller(&pool);
        late.try_grow(17).unwrap_err();
        late.try_grow(16).unwrap();
        busy.try_grow(8).unwrap();
    }

    #[test]
    fn a_quarter_is_kept_for_those_that_cannot_spill() {
        let pool = pool();
        let (sort, join) = (spiller(&pool), firm(&pool));
        sort.try_grow(75).unwrap();
        join.try_grow(25).unwrap();
        join.try_grow(1).unwrap_err();
        sort.free();
        join.try_grow(75).unwrap();
        assert_eq!(pool.reserved(), 100);
        let error = sort.try_grow(1).unwrap_err().to_string();
        assert!(error.contains("`sort`"), "{error}");
    }

    #[test]
    fn a_merge_takes_its_share_and_not_all_it_finds() {
        let pool = pool();
        let merge = MemoryConsumer::new("ExternalSorterMerge[0]").register(&pool);
        let sort = spiller(&pool);
        sort.try_grow(10).unwrap();
        merge.try_grow(38).unwrap_err();
        // The parts of a consumer count together.
        let part = merge.new_empty();
        merge.try_grow(20).unwrap();
        part.try_grow(23).unwrap_err();
        part.try_grow(22).unwrap();
        part.try_grow(12).unwrap_err();
        drop((merge, part, sort));
        assert_eq!(pool.reserved(), 0);
    }
}

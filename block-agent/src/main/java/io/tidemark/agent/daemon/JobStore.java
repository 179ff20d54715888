package io.tidemark.agent.daemon;

import io.tidemark.repository.Repository;
import io.tidemark.repository.journal.Journal;
import io.tidemark.repository.store.SettledCreate;
import io.tidemark.repository.store.decorated.Bandwidth;
import io.tidemark.repository.store.decorated.CountingObjectStore;
import io.tidemark.repository.store.decorated.ThrottledObjectStore;

/// The repository as one snapshot or restore sees it: counted by itself, sent to no faster than all
/// together may.
///
/// @param counts is not closed: what it wraps is everybody's
record JobStore(CountingObjectStore counts, Repository repository) {
  static JobStore of(Repository repository, Bandwidth bandwidth) {
    CountingObjectStore counts =
        new CountingObjectStore(new ThrottledObjectStore(repository.store(), bandwidth));
    Journal.Writer writer = repository.writer();
    Journal.Writer counted =
        new Journal.Writer(
            writer.actor(),
            writer.clock(),
            writer.random(),
            new SettledCreate(counts, writer.betweenNumbers()),
            writer.betweenNumbers());
    return new JobStore(counts, repository.through(counts, counted));
  }
}

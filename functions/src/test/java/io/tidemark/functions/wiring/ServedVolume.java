package io.tidemark.functions.wiring;

import io.tidemark.repository.Repository;
import io.tidemark.repository.key.VolumeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What tests need that are about one volume, `web`: the functions over a repository that has it.
abstract class ServedVolume {
  final Served served = new Served();
  Repository repository;
  VolumeId web;

  @BeforeEach
  void addVolume() {
    repository = served.repository();
    web = Served.volume(repository, "web");
  }

  @AfterEach
  void stop() {
    served.close();
  }
}

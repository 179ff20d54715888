package io.tidemark.agent.system;

import java.nio.file.Path;
import java.util.List;

/// Who or what uses a file or a block device.
public sealed interface Holder {
  /// More would bury the message.
  int MOST_NAMED = 4;

  /// Whether bytes of the file or device may change through this holder.
  boolean writes();

  /// For a message: `process 4711 (qemu-system-x86)`.
  String describe();

  /// How a process has it open.
  enum Access {
    READ,
    WRITE
  }

  /// A process with it open or mapped; `command` is the kernel's short name of the process.
  record RunningProcess(long pid, String command, Access access) implements Holder {
    @Override
    public boolean writes() {
      return access == Access.WRITE;
    }

    @Override
    public String describe() {
      return "process "
          + pid
          + " ("
          + command
          + (access == Access.WRITE ? ", open for writing)" : ", open for reading)");
    }
  }

  /// A loop device that shows a file, and who in turn uses that.
  record Loop(Path device, Access access, List<Holder> users) implements Holder {
    public Loop {
      users = List.copyOf(users);
    }

    @Override
    public boolean writes() {
      return access == Access.WRITE;
    }

    @Override
    public String describe() {
      String uses = users.isEmpty() ? "" : ", used by " + describeAll(users);
      return "loop device "
          + device
          + (access == Access.WRITE ? " (attached" : " (attached read-only")
          + uses
          + ")";
    }
  }

  /// A file system mounted from it.
  record Mount(Path device, String mountPoint, Access access) implements Holder {
    @Override
    public boolean writes() {
      return access == Access.WRITE;
    }

    @Override
    public String describe() {
      return "file system mounted at "
          + mountPoint
          + (access == Access.WRITE ? "" : " (read-only)")
          + " from "
          + device;
    }
  }

  /// Swap space in it.
  record Swap(Path path) implements Holder {
    @Override
    public boolean writes() {
      return true;
    }

    @Override
    public String describe() {
      return "swap space in " + path;
    }
  }

  /// Another block device built on it: a RAID member, a device-mapper target.
  record Stacked(Path device, String user) implements Holder {
    @Override
    public boolean writes() {
      return true;
    }

    @Override
    public String describe() {
      return "device " + user + " built on " + device;
    }
  }

  /// The first few of them in one phrase.
  static String describeAll(List<Holder> holders) {
    int named = Math.min(holders.size(), MOST_NAMED);
    String phrase =
        String.join(", ", holders.subList(0, named).stream().map(Holder::describe).toList());
    return named == holders.size() ? phrase : phrase + " and " + (holders.size() - named) + " more";
  }
}

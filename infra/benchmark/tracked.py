#!/usr/bin/env python3
"""Compares the snapshot that reads what a tracker reports with the one that scans the same volume.

    infra/benchmark/tracked.py [--size 100G] [--data 20G] [--places 1000] [--rounds 3] [--sources qemu,reflink] [--work DIR]

Needs: the distribution (mvn package), `minio`, qemu-storage-daemon, and root with mkfs.xfs for the reflink source. The volume is
sparse; --data of it hold bytes, and --places pieces of 4 KiB change before each snapshot. Under --work it takes that much and a
GiB; the bytes are one MiB over and over, so that the store keeps little of them.

The same source gives both: a dirty bitmap of qemu-storage-daemon, or the extents of two clones on XFS, against --full-scan. Caches
are dropped before each run (as root). Start-up is what a snapshot of a 1 MiB volume of that source takes in which nothing changed.
A writer numbers one place all the time in a run of its own: the longest of its writes while a snapshot is made, and while none is.
At the end a full scan holds the tracker's account against the volume. Prints a table, and one line of JSON.
"""
import argparse
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time

from compare import KEY, SECRET, TIDEMARK, Store, run_quietly

BLOCK = 4096
SMALL_BYTES = 1 << 20


def parse_bytes(text):
    match = re.fullmatch(r"([0-9]+)([KMGT]?)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"'{text}' (wanted a number like 1G)")
    return int(match[1]) << {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}[match[2]]


class NbdWriter:
    """As much of a client as writes need."""

    def __init__(self, path, export):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.read(18)
        name = export.encode()
        self.socket.sendall(struct.pack(">I", 3) + b"IHAVEOPT" + struct.pack(">II", 1, len(name)) + name)
        self.read(10)
        self.handle = 0

    def read(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise SystemExit("the NBD server hung up")
            data += more
        return data

    def write(self, offset, data):
        self.handle += 1
        self.socket.sendall(struct.pack(">IHHQQI", 0x25609513, 0, 1, self.handle, offset, len(data)) + data)
        _, error, handle = struct.unpack(">IIQ", self.read(16))
        if error or handle != self.handle:
            raise SystemExit(f"a write over NBD failed: {error}")

    def close(self):
        self.socket.sendall(struct.pack(">IHHQQI", 0x25609513, 0, 2, 0, 0, 0))
        self.socket.close()


class FileWriter:
    def __init__(self, path):
        self.file = os.open(path, os.O_WRONLY)

    def write(self, offset, data):
        os.pwrite(self.file, data, offset)

    def close(self):
        os.close(self.file)


def make_image(path, size, data):
    """Sparse; the data lies in 16 stretches."""
    pattern = random.Random(7).randbytes(1 << 20)
    with open(path, "wb") as image:
        image.truncate(size)
        for stretch in range(16):
            image.seek(size // 16 * stretch)
            left = data // 16
            while left > 0:
                left -= image.write(pattern[: min(len(pattern), left)])


class Qemu:
    name = "qemu"
    title = "dirty bitmap of qemu-storage-daemon"

    def __init__(self, work, size, data):
        self.folder = os.path.join(work, "qemu")
        os.makedirs(self.folder)
        images = {"disk0": os.path.join(self.folder, "disk.raw"), "small0": os.path.join(self.folder, "small.raw")}
        make_image(images["disk0"], size, data)
        make_image(images["small0"], SMALL_BYTES, SMALL_BYTES)
        self.exports = os.path.join(self.folder, "nbd")
        self.monitor = os.path.join(self.folder, "qmp")
        command = ["qemu-storage-daemon", "--nbd-server", f"addr.type=unix,addr.path={self.exports}"]
        for node, image in images.items():
            command += [
                "--blockdev", f"driver=file,node-name=file-{node},filename={image},discard=unmap",
                "--blockdev", f"driver=raw,node-name={node},file=file-{node},discard=unmap",
                "--export", f"type=nbd,id=w-{node},node-name={node},name={node},writable=on",
            ]
        command += ["--chardev", f"socket,id=qmp,server=on,wait=off,path={self.monitor}", "--monitor", "chardev=qmp"]
        self.process = subprocess.Popen(command)
        for _ in range(200):
            if os.path.exists(self.monitor) and os.path.exists(self.exports):
                break
            time.sleep(0.05)
        else:
            raise SystemExit("qemu-storage-daemon did not start")

    def address(self, small=False):
        return f"qemu:{self.monitor}?scratch={self.folder}&nbd={self.exports}#{'small0' if small else 'disk0'}"

    def writer(self):
        return NbdWriter(self.exports, "disk0")

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Reflink:
    name = "reflink"
    title = "extents of clones on XFS"

    def __init__(self, work, size, data):
        self.disk = os.path.join(work, "xfs.disk")
        self.folder = os.path.join(work, "xfs")
        os.makedirs(self.folder)
        with open(self.disk, "wb") as disk:
            disk.truncate(data + data // 4 + (2 << 30))
        run_quietly("mkfs.xfs", "-q", "-m", "reflink=1", self.disk)
        run_quietly("mount", "-o", "loop", self.disk, self.folder)
        make_image(self.address(), size, data)
        make_image(self.address(small=True), SMALL_BYTES, SMALL_BYTES)

    def address(self, small=False):
        return os.path.join(self.folder, "small.raw" if small else "disk.raw")

    def writer(self):
        return FileWriter(self.address())

    def close(self):
        run_quietly("umount", self.folder)
        os.rmdir(self.folder)
        os.remove(self.disk)


class Command:
    def __init__(self, store, work):
        self.environment = dict(
            os.environ,
            TIDEMARK_REPOSITORY="s3://bench/tracked",
            TIDEMARK_STATE=os.path.join(work, "state"),
            AWS_ENDPOINT_URL_S3=store.url,
            AWS_REGION="us-east-1",
            AWS_ACCESS_KEY_ID=KEY,
            AWS_SECRET_ACCESS_KEY=SECRET,
        )

    def run(self, *arguments):
        """The answer, with the seconds that the whole command took as `wall`."""
        begun = time.monotonic()
        done = subprocess.run(
            [TIDEMARK, *arguments, "--json"], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        wall = time.monotonic() - begun
        if done.returncode != 0:
            raise SystemExit(f"tidemark {' '.join(arguments)} ended with {done.returncode}: {done.stdout} {done.stderr}")
        return dict(json.loads(done.stdout), wall=wall)

    def create(self, volume, expected, *more):
        drop_caches()
        made = self.run("snapshot", "create", volume, *more)
        if made["scan"]["kind"] != expected:
            raise SystemExit(f"not {expected}: {made['scan']}")
        return made


def drop_caches():
    os.sync()
    if os.geteuid() == 0:
        with open("/proc/sys/vm/drop_caches", "w") as caches:
            caches.write("3")


def change(source, size, places, chance):
    writer = source.writer()
    for _ in range(places):
        writer.write(chance.randrange(size // BLOCK) * BLOCK, chance.randbytes(BLOCK))
    writer.close()


class Numbering(threading.Thread):
    """Writes to one place until told to stop; keeps the longest write."""

    def __init__(self, source):
        super().__init__()
        self.writer = source.writer()
        self.stopped = threading.Event()
        self.longest = 0.0

    def run(self):
        number = 0
        while not self.stopped.wait(0.001):
            number += 1
            begun = time.monotonic()
            self.writer.write(0, number.to_bytes(8, "big") * (BLOCK // 8))
            self.longest = max(self.longest, time.monotonic() - begun)

    def stop(self):
        self.stopped.set()
        self.join()
        self.writer.close()
        return self.longest * 1000


def longest_write(source, meanwhile):
    numbering = Numbering(source)
    numbering.start()
    try:
        meanwhile()
    finally:
        longest = numbering.stop()
    return longest


def measure(source, command, options):
    chance = random.Random(options.seed)
    small, volume = f"{source.name}-small", source.name
    command.run("volume", "add", small, source.address(small=True))
    command.run("volume", "add", volume, source.address())
    command.create(small, "full")
    command.create(volume, "full")
    startups, tracked, scanned = [], [], []
    for _ in range(options.rounds):
        startups.append(command.create(small, "tracked"))
        change(source, options.size, options.places, chance)
        tracked.append(command.create(volume, "tracked"))
        change(source, options.size, options.places, chance)
        scanned.append(command.create(volume, "full", "--full-scan"))
    change(source, options.size, options.places, chance)
    held = longest_write(source, lambda: command.create(volume, "tracked"))
    free = longest_write(source, lambda: time.sleep(tracked[0]["wall"]))
    # Whether what the tracker said was so.
    command.create(volume, "full", "--full-scan")

    def median(runs, name):
        return statistics.median(run[name] for run in runs)

    startup = median(startups, "wall")
    result = {"source": source.name, "startup": startup, "heldMillis": held, "freeMillis": free}
    for name, runs in (("tracked", tracked), ("scanned", scanned)):
        result[name] = {
            "wall": median(runs, "wall"),
            "lessStartup": max(0.001, median(runs, "wall") - startup),
            "readBytes": median(runs, "readBytes"),
            "requests": median(runs, "requests"),
            "sentBytes": median(runs, "sentBytes"),
        }
    result["ratio"] = result["scanned"]["lessStartup"] / result["tracked"]["lessStartup"]
    return result


def show(result, title):
    print(f"\n{title}; start-up {result['startup']:.2f} s")
    print(f"{'':10}{'wall':>10}{'less start-up':>16}{'read':>14}{'requests':>10}{'sent':>12}")
    for name in ("tracked", "scanned"):
        row = result[name]
        print(
            f"{name:10}{row['wall']:>8.2f} s{row['lessStartup']:>14.2f} s{row['readBytes'] / 2**20:>10.1f} MiB"
            f"{row['requests']:>10.0f}{row['sentBytes'] / 2**20:>8.1f} MiB"
        )
    print(f"scanned ÷ tracked, less start-up: {result['ratio']:.0f}")
    print(f"longest write: {result['heldMillis']:.1f} ms while a snapshot was made, {result['freeMillis']:.1f} ms while none was")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=parse_bytes, default=parse_bytes("100G"))
    parser.add_argument("--data", type=parse_bytes, help="a fifth of the size when not given")
    parser.add_argument("--places", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sources", default="qemu,reflink")
    parser.add_argument("--work", default="/var/tmp/tidemark-tracked")
    options = parser.parse_args()
    options.data = options.data or options.size // 5
    shutil.rmtree(options.work, ignore_errors=True)
    os.makedirs(options.work)
    store = Store(os.path.join(options.work, "minio"))
    results = []
    try:
        command = Command(store, options.work)
        command.run("repository", "init")
        for source_class in (Qemu, Reflink):
            if source_class.name not in options.sources.split(","):
                continue
            if source_class is Reflink and os.geteuid() != 0:
                print("reflink: left out, for it needs root", file=sys.stderr)
                continue
            source = source_class(options.work, options.size, options.data)
            try:
                results.append(measure(source, command, options))
            finally:
                source.close()
            show(results[-1], source_class.title)
    finally:
        store.stop()
        shutil.rmtree(options.work, ignore_errors=True)
    print(json.dumps({"size": options.size, "data": options.data, "places": options.places, "results": results}))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Compares whole programs on one disk image and one MinIO: Tidemark beside whichever of restic, rustic and kopia is on the path.

    infra/benchmark/compare.py [--rounds 3] [--tools tidemark,restic,rustic,kopia] [--work DIR] [--size-gib 8] [--data-gib 3]

Needs: the distribution (mvn package), `minio` and mkfs.ext4 on the path, about 30 GiB under --work. Every round gives each tool a
fresh bucket and the same image, in turn, and measures: first snapshot, nothing changed, 2,000 scattered 4 KiB writes, 200 MiB of new
files, restore, delete with collection. The image is touched before every run, so that no tool may skip it by its time stamp.
Prints medians, ratios to Tidemark, CPU seconds of the tool and of the store, peak memory, bytes sent and stored, requests.
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
import subprocess
import sys
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
TIDEMARK = os.path.join(HERE, "..", "local", "target", "tidemark", "bin", "tidemark")
KEY, SECRET = "benchmark", "benchmark-secret"
STEPS = ["first", "unchanged", "scattered", "files", "restore", "delete"]
TITLES = {
    "first": "first snapshot",
    "unchanged": "nothing changed",
    "scattered": "2,000 scattered 4 KiB writes",
    "files": "200 MiB of new files",
    "restore": "restore",
    "delete": "delete and collect",
}


def run_quietly(*command, **options):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)


class Store:
    """One MinIO process, with an empty folder unless that is kept; counts what it is asked."""

    def __init__(self, folder, keep=False):
        self.folder = folder
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        environment = dict(
            os.environ,
            MINIO_ROOT_USER=KEY,
            MINIO_ROOT_PASSWORD=SECRET,
            MINIO_PROMETHEUS_AUTH_TYPE="public",
            MINIO_UPDATE="off",
            MINIO_BROWSER="off",
        )
        os.makedirs(os.path.join(folder, "bench"), exist_ok=True)
        self.process = subprocess.Popen(
            ["minio", "server", "--quiet", "--address", f"127.0.0.1:{self.port}", folder],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            try:
                urllib.request.urlopen(self.url + "/minio/health/live", timeout=1)
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("minio did not start")

    def figures(self):
        """CPU seconds, requests and bytes received so far; waits for MinIO to bring its counters up to date."""
        time.sleep(11)
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        text = urllib.request.urlopen(self.url + "/minio/v2/metrics/cluster", timeout=30).read().decode()
        requests = sum(float(m) for m in re.findall(r"^minio_s3_requests_total\{.*\} (\S+)$", text, re.M))
        received = sum(float(m) for m in re.findall(r"^minio_s3_traffic_received_bytes\{.*\} (\S+)$", text, re.M))
        return cpu, requests, received

    def stored(self):
        total = 0
        for root, _, files in os.walk(self.folder):
            total += sum(os.lstat(os.path.join(root, f)).st_size for f in files)
        return total

    def stop(self, keep=False):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)


def measure(store, commands, environment, log):
    """Runs the commands one after another; peak memory is that of the largest."""
    cpu, requests, received = store.figures()
    user = 0.0
    peak = 0
    begun = time.monotonic()
    for command in commands:
        log.write(f"$ {' '.join(command)}\n")
        log.flush()
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}; see {log.name}")
        user += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss)
    seconds = time.monotonic() - begun
    cpu_after, requests_after, received_after = store.figures()
    return {
        "seconds": seconds,
        "cpu": user,
        "store cpu": cpu_after - cpu,
        "MiB peak": peak / 1024,
        "MiB sent": (received_after - received) / 2**20,
        "requests": requests_after - requests,
        "MiB stored": store.stored() / 2**20,
    }


class Tidemark:
    name = "tidemark"

    def __init__(self, store, work):
        self.state = os.path.join(work, "state-tidemark")
        shutil.rmtree(self.state, ignore_errors=True)
        self.env = dict(
            os.environ,
            TIDEMARK_REPOSITORY="s3://bench/tidemark",
            AWS_ENDPOINT_URL_S3=store.url,
            AWS_ACCESS_KEY_ID=KEY,
            AWS_SECRET_ACCESS_KEY=SECRET,
            AWS_REGION="us-east-1",
            TIDEMARK_STATE=self.state,
        )

    @staticmethod
    def version():
        return subprocess.run([TIDEMARK, "--version"], capture_output=True, text=True).stdout.strip()

    def prepare(self, image):
        return [[TIDEMARK, "repository", "init"], [TIDEMARK, "volume", "add", "v", image]]

    def snapshot(self, image):
        return [[TIDEMARK, "snapshot", "create", "v"]]

    def restore(self, image, target):
        return [[TIDEMARK, "snapshot", "restore", "v@latest", "--to", target]]

    def restored(self, image, target):
        return target

    def delete(self):
        listing = subprocess.run(
            [TIDEMARK, "snapshot", "list", "v", "--json"], env=self.env, capture_output=True, text=True, check=True
        )
        old = sorted(json.loads(listing.stdout), key=lambda s: s["committedAt"])[:-1]
        return [[TIDEMARK, "snapshot", "delete", "--now"] + [s["id"] for s in old], [TIDEMARK, "collect", "v"]]


class Restic:
    name = "restic"
    program = "restic"

    def __init__(self, store, work):
        self.cache = os.path.join(work, "cache-" + self.name)
        shutil.rmtree(self.cache, ignore_errors=True)
        self.env = dict(
            os.environ,
            RESTIC_REPOSITORY=f"s3:{store.url}/bench/{self.name}",
            RESTIC_PASSWORD="x",
            RESTIC_CACHE_DIR=self.cache,
            AWS_ACCESS_KEY_ID=KEY,
            AWS_SECRET_ACCESS_KEY=SECRET,
            AWS_REGION="us-east-1",
        )

    @staticmethod
    def version():
        return subprocess.run(["restic", "version"], capture_output=True, text=True).stdout.strip()

    @staticmethod
    def sparse():
        """Old versions cannot restore sparsely."""
        text = subprocess.run(["restic", "restore", "--help"], capture_output=True, text=True).stdout
        return ["--sparse"] if "--sparse" in text else []

    def prepare(self, image):
        return [["restic", "init", "--repository-version", "2"]]

    def snapshot(self, image):
        return [["restic", "backup", "--force", "--pack-size", "64", "-o", "s3.connections=8", image]]

    def restore(self, image, target):
        return [["restic", "restore", "latest", *self.sparse(), "--target", target]]

    def restored(self, image, target):
        return target + image

    def delete(self):
        return [["restic", "forget", "--keep-last", "1", "--prune", "--max-unused", "0"]]


class Rustic(Restic):
    name = "rustic"
    program = "rustic"

    def __init__(self, store, work):
        super().__init__(store, work)
        settings = os.path.join(work, "config-rustic")
        os.makedirs(os.path.join(settings, "rustic"), exist_ok=True)
        with open(os.path.join(settings, "rustic", "rustic.toml"), "w") as out:
            out.write(
                f'[repository]\nrepository = "opendal:s3"\npassword = "x"\ncache-dir = "{self.cache}"\n'
                f'[repository.options]\nbucket = "bench"\nroot = "/rustic"\nendpoint = "{store.url}"\nregion = "us-east-1"\n'
                f'access_key_id = "{KEY}"\nsecret_access_key = "{SECRET}"\n'
            )
        self.env = dict(os.environ, XDG_CONFIG_HOME=settings, RUSTIC_NO_PROGRESS="true")

    @staticmethod
    def version():
        return subprocess.run(["rustic", "--version"], capture_output=True, text=True).stdout.strip()

    def prepare(self, image):
        return [["rustic", "init"]]

    def snapshot(self, image):
        return [["rustic", "backup", "--force", image]]

    def restore(self, image, target):
        return [["rustic", "restore", "--sparse", "by-content", "latest:" + image, target]]

    def restored(self, image, target):
        return os.path.join(target, os.path.basename(image)) if os.path.isdir(target) else target

    def delete(self):
        return [["rustic", "forget", "--keep-last", "1", "--prune", "--instant-delete", "--max-unused", "0B"]]


class Kopia:
    name = "kopia"
    program = "kopia"

    def __init__(self, store, work):
        self.cache = os.path.join(work, "cache-kopia")
        shutil.rmtree(self.cache, ignore_errors=True)
        os.makedirs(self.cache)
        self.store = store
        self.env = dict(
            os.environ,
            KOPIA_PASSWORD="x",
            KOPIA_CONFIG_PATH=os.path.join(self.cache, "repository.config"),
            KOPIA_CACHE_DIRECTORY=self.cache,
            KOPIA_LOG_DIR=self.cache,
            KOPIA_CHECK_FOR_UPDATES="false",
        )

    @staticmethod
    def version():
        return subprocess.run(["kopia", "--version"], capture_output=True, text=True).stdout.strip()

    def prepare(self, image):
        folder = os.path.dirname(image)
        return [
            ["kopia", "repository", "create", "s3", "--bucket", "bench", "--prefix", "kopia/",
             "--endpoint", self.store.url.removeprefix("http://"), "--disable-tls", "--access-key", KEY,
             "--secret-access-key", SECRET, "--object-splitter", "FIXED-128K", "--block-hash", "BLAKE3-256",
             "--encryption", "CHACHA20-POLY1305-HMAC-SHA256"],
            ["kopia", "policy", "set", folder, "--compression", "zstd-fastest"],
        ]

    def snapshot(self, image):
        return [["kopia", "snapshot", "create", "--force-hash", "100", "--no-progress", os.path.dirname(image)]]

    def restore(self, image, target):
        return [["kopia", "restore", "--no-progress", os.path.dirname(image), target, "--snapshot-time", "latest",
                 "--write-sparse-files", "--no-write-files-atomically"]]

    def restored(self, image, target):
        return os.path.join(target, os.path.basename(image))

    def delete(self):
        listing = subprocess.run(["kopia", "snapshot", "list", "--json"], env=self.env, capture_output=True, text=True, check=True)
        old = sorted(json.loads(listing.stdout), key=lambda s: s["startTime"])[:-1]
        return [["kopia", "snapshot", "delete", "--delete"] + [s["id"] for s in old],
                ["kopia", "maintenance", "run", "--full", "--safety", "none", "--no-progress"]]


TOOLS = {tool.name: tool for tool in (Tidemark, Restic, Rustic, Kopia)}


def make_image(path, size_gib, data_gib):
    """An ext4 file system with real files, about a third of their bytes incompressible."""
    source = path + ".files"
    shutil.rmtree(source, ignore_errors=True)
    os.makedirs(source)
    wanted = int(data_gib * 2**30)
    taken = 0
    random_bytes = wanted // 8
    with open(os.path.join(source, "incompressible"), "wb") as out:
        generator = random.Random(7)
        for _ in range(random_bytes >> 20):
            out.write(generator.randbytes(1 << 20))
    taken += random_bytes
    for top in ("/usr/lib", "/usr/share", "/usr/bin", "/usr/local", os.path.expanduser("~/.m2"), "/usr/include"):
        for root, folders, files in os.walk(top):
            folders.sort()
            for name in sorted(files):
                file = os.path.join(root, name)
                if taken >= wanted:
                    break
                if os.path.isfile(file) and not os.path.islink(file):
                    target = os.path.join(source, file.lstrip("/"))
                    os.makedirs(os.path.dirname(target), exist_ok=True)
                    try:
                        shutil.copyfile(file, target)
                        taken += os.path.getsize(file)
                    except OSError:
                        pass
    with open(path, "wb") as image:
        image.truncate(size_gib << 30)
    run_quietly("mkfs.ext4", "-q", "-F", "-d", source, path)
    shutil.rmtree(source)
    return taken


def scatter(path, seed):
    """2,000 writes of 4 KiB at random places that hold data."""
    generator = random.Random(seed)
    size = os.path.getsize(path)
    with open(path, "r+b") as image:
        done = 0
        while done < 2000:
            offset = generator.randrange(size // 4096) * 4096
            try:
                holds_data = os.lseek(image.fileno(), offset, os.SEEK_DATA) == offset
            except OSError:  # beyond the last data
                holds_data = False
            if holds_data:
                os.pwrite(image.fileno(), generator.randbytes(4096), offset)
                done += 1


def add_files(path, work):
    """200 MiB of new files, half of them incompressible, written into the file system."""
    generator = random.Random(11)
    commands = []
    for i in range(20):
        file = os.path.join(work, f"new-{i}")
        with open(file, "wb") as out:
            for _ in range(10):
                out.write(generator.randbytes(1 << 20) if i % 2 else (b"%d tidemark benchmark line\n" % i) * 40330)
        commands.append(f"write {file} new-{i}")
    script = os.path.join(work, "debugfs")
    with open(script, "w") as out:
        out.write("\n".join(commands) + "\n")
    run_quietly("debugfs", "-w", "-f", script, path)
    for i in range(20):
        os.remove(os.path.join(work, f"new-{i}"))


def touch(path):
    os.utime(path)


def one_tool(tool_class, image_master, work, log):
    store = Store(os.path.join(work, "minio"))
    folder = os.path.join(work, "volume")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    image = os.path.join(folder, "image.raw")
    run_quietly("cp", "--sparse=always", image_master, image)
    try:
        tool = tool_class(store, work)
        measure(store, tool.prepare(image), tool.env, log)
        with open(image, "rb") as warm:
            while warm.read(1 << 24):
                pass
        os.sync()
        figures = {"first": measure(store, tool.snapshot(image), tool.env, log)}
        touch(image)
        figures["unchanged"] = measure(store, tool.snapshot(image), tool.env, log)
        scatter(image, 3)
        figures["scattered"] = measure(store, tool.snapshot(image), tool.env, log)
        add_files(image, work)
        figures["files"] = measure(store, tool.snapshot(image), tool.env, log)
        target = os.path.join(work, "restored")
        shutil.rmtree(target, ignore_errors=True)
        if os.path.exists(target):
            os.remove(target)
        os.sync()
        figures["restore"] = measure(store, tool.restore(image, target), tool.env, log)
        run_quietly("cmp", tool.restored(image, target), image)
        if os.path.isdir(target):
            shutil.rmtree(target)
        else:
            os.remove(target)
        figures["delete"] = measure(store, tool.delete(), tool.env, log)
        return figures
    finally:
        store.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tools", default="tidemark,restic,rustic,kopia")
    parser.add_argument("--work", default=os.path.join(HERE, "target", "compare"))
    parser.add_argument("--size-gib", type=int, default=8)
    parser.add_argument("--data-gib", type=float, default=2.9)
    arguments = parser.parse_args()
    work = os.path.abspath(arguments.work)
    os.makedirs(work, exist_ok=True)
    tools = []
    for name in arguments.tools.split(","):
        tool = TOOLS[name]
        if name == "tidemark" and not os.access(TIDEMARK, os.X_OK):
            raise SystemExit("build the distribution first: mvn -q package -DskipTests")
        if name != "tidemark" and not shutil.which(tool.program):
            print(f"{name}: not on the path, left out", file=sys.stderr)
            continue
        tools.append(tool)
    master = os.path.join(work, "master.raw")
    if not os.path.exists(master):
        make_image(master + ".part", arguments.size_gib, arguments.data_gib)
        os.rename(master + ".part", master)
    allocated = os.stat(master).st_blocks * 512
    with open("/proc/cpuinfo") as info:
        text = info.read()
    model = re.search(r"^model name\s*: (.*)$", text, re.M)
    print(f"{os.cpu_count()} cores, {model.group(1) if model else '?'}, SHA-NI: {'sha_ni' in text}; image of "
          f"{arguments.size_gib} GiB, {allocated >> 20} MiB allocated; {arguments.rounds} rounds; store: MinIO on this machine")
    results = {tool.name: [] for tool in tools}
    with open(os.path.join(work, "log"), "w") as log:
        for number in range(arguments.rounds):
            for tool in tools[number % len(tools):] + tools[: number % len(tools)]:
                print(f"round {number + 1}: {tool.name}", file=sys.stderr)
                results[tool.name].append(one_tool(tool, master, work, log))
    with open(os.path.join(work, "results.json"), "w") as out:
        json.dump(results, out, indent=1)
    for tool in tools:
        print(f"{tool.name}: {tool.version().splitlines()[0] if tool.version() else '?'}")
    columns = ["seconds", "cpu", "store cpu", "MiB peak", "MiB sent", "requests", "MiB stored"]
    for step in STEPS:
        print(f"\n| {TITLES[step]} | {' | '.join(columns)} | times Tidemark's seconds |")
        print("| --- |" + " ---: |" * (len(columns) + 1))
        reference = statistics.median(r[step]["seconds"] for r in results[tools[0].name])
        for tool in tools:
            medians = {c: statistics.median(r[step][c] for r in results[tool.name]) for c in columns}
            cells = [f"{medians[c]:.2f}" if c in ("seconds", "cpu", "store cpu") else f"{medians[c]:,.0f}" for c in columns]
            print(f"| {tool.name} | {' | '.join(cells)} | {medians['seconds'] / reference:.2f} |")


if __name__ == "__main__":
    main()

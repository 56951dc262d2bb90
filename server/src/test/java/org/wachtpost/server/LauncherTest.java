package org.wachtpost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher keeps beside the jars: native parts, and a cache for the start. */
class LauncherTest {
  private static final String ZSTD = "libzstd-jni-1.so";

  @TempDir private Path home;
  private Path target;
  private Path nativeParts;
  private String rocksdb;

  @BeforeEach
  void build() throws IOException {
    String machine = System.getProperty("os.arch");
    assumeTrue(System.getProperty("os.name").equals("Linux"));
    assumeTrue(machine.equals("amd64") || machine.equals("aarch64"));
    rocksdb = "librocksdbjni-linux" + (machine.equals("amd64") ? "64" : "-aarch64") + ".so";
    target = home.resolve("server/target");
    nativeParts = target.resolve("native");
    Path lib = Files.createDirectories(target.resolve("lib"));
    jar(lib.resolve("rocksdbjni-1.jar"), rocksdb);
    jar(lib.resolve("zstd-jni-1.jar"), "linux/" + machine + "/" + ZSTD);
    Files.createFile(target.resolve("wachtpost-server-0.1.0-SNAPSHOT.jar"));
    Files.setLastModifiedTime(lib, FileTime.from(Instant.parse("2026-03-02T08:00:00Z")));
    Path jdk = Files.createDirectories(home.resolve("jdk/bin")).getParent();
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25\"\n");
    script(jdk.resolve("bin/java"), "printf '%s\\n' \"$@\"");
    String jar = Path.of(System.getProperty("java.home"), "bin", "jar").toString();
    script(jdk.resolve("bin/jar"), "exec '" + jar + "' \"$@\"");
  }

  private static void jar(Path file, String entry) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(("whole " + file.getFileName()).getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void script(Path file, String line) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static Path launcher() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("docs/standards.tsv"))) {
      root = root.getParent();
    }
    return root.resolve("wachtpost");
  }

  private String launch() throws IOException, InterruptedException {
    return launch("account", "list");
  }

  /** Runs it in the made-up tree; what it would start Java with. */
  private String launch(String command, String argument) throws IOException, InterruptedException {
    Process process = started(command, argument);
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private Process started(String command, String argument) throws IOException {
    Path copy = home.resolve("wachtpost");
    if (!Files.exists(copy)) {
      Files.copy(launcher(), copy);
    }
    ProcessBuilder builder = new ProcessBuilder("bash", copy.toString(), command, argument);
    builder.environment().put("JAVA_HOME", home.resolve("jdk").toString());
    builder.environment().merge("PATH", home + ":", (path, first) -> first + path);
    return builder.redirectErrorStream(true).start();
  }

  private void assertWhole() {
    assertThat(nativeParts.resolve(rocksdb)).hasContent("whole rocksdbjni-1.jar");
    assertThat(nativeParts.resolve(ZSTD)).hasContent("whole zstd-jni-1.jar");
    assertThat(target.toFile().list()).noneMatch(name -> name.startsWith("native."));
  }

  @Test
  void nativePartsAreUnpackedOnce() throws Exception {
    assertThat(launch())
        .contains("-Djava.library.path=" + nativeParts + "\n")
        .contains("-DZstdNativePath=" + nativeParts.resolve(ZSTD) + "\n")
        .endsWith("org.wachtpost.server.Main\naccount\nlist\n");
    assertWhole();
    Files.writeString(nativeParts.resolve(ZSTD), "kept");
    launch();
    assertThat(nativeParts.resolve(ZSTD)).hasContent("kept");
  }

  /** It reads other servers' files, and nobody shall wait for what it does not use. */
  @Test
  void anInspectionUnpacksNothing() throws Exception {
    assertThat(launch("inspect", "C"))
        .doesNotContain("-Djava.library.path=", "-DZstdNativePath=")
        .endsWith("org.wachtpost.inspect.Main\ninspect\nC\n");
    assertThat(nativeParts).doesNotExist();
  }

  /** After a power cut an empty one kept every server from starting. */
  @Test
  void emptyNativePartsAreUnpackedAgain() throws Exception {
    Files.createDirectories(nativeParts);
    Files.createFile(nativeParts.resolve(rocksdb));
    Files.createFile(nativeParts.resolve(ZSTD));
    launch();
    assertWhole();
  }

  @Test
  void nativePartsOlderThanTheJarsAreUnpackedAgain() throws Exception {
    launch();
    for (String name : new String[] {rocksdb, ZSTD}) {
      Path part = Files.writeString(nativeParts.resolve(name), "old");
      Files.setLastModifiedTime(part, FileTime.from(Instant.parse("2026-03-01T08:00:00Z")));
    }
    launch();
    assertWhole();
  }

  /** Rather none than a part that Java cannot load: it unpacks its own then. */
  @Test
  void aDamagedJarLeavesNoEmptyPart() throws Exception {
    Files.writeString(target.resolve("lib/rocksdbjni-1.jar"), "no jar");
    assertThat(launch()).contains("-DZstdNativePath=").doesNotContain("-Djava.library.path=");
    assertThat(nativeParts.resolve(rocksdb)).doesNotExist();
  }

  /** Says that a server warms up, and writes the cache that it is asked for. */
  private void javaThatMakesCaches() throws IOException {
    script(
        home.resolve("jdk/bin/java"),
        """
        printf '%s\\n' "$@"
        for word; do
          case $word in
            -XX:AOTCacheOutput=*) echo cache > "${word#*=}" ;;
          esac
        done\
        """);
  }

  private Path cache() {
    return target.resolve("wachtpost.aot");
  }

  /** Whoever breaks off the first build while it makes the cache never had one. */
  @Test
  void aBuildThatWasCutOffBeforeTheCacheIsFinished() throws Exception {
    javaThatMakesCaches();
    Path unfinished = Files.writeString(target.resolve("unfinished"), "cache\n");
    assertThat(launch("serve", "--json"))
        .contains("  start-up cache\n", "-XX:AOTCache=" + cache() + "\n")
        .doesNotContain("no start-up cache");
    assertThat(cache()).hasContent("cache");
    assertThat(unfinished).doesNotExist();
    assertThat(launch("serve", "--json"))
        .doesNotContain("start-up cache")
        .contains("-XX:AOTCache=" + cache() + "\n");
  }

  /** Not tried at each start, of which every one would be slow. */
  @Test
  void aCacheThatCannotBeMadeIsTriedOnce() throws Exception {
    Files.writeString(target.resolve("unfinished"), "cache\n");
    assertThat(launch("serve", "--json")).contains("no start-up cache could be made");
    assertThat(launch("serve", "--json"))
        .doesNotContain("could be made")
        .contains("these jars have no start-up cache");
  }

  @Test
  void aServerWithoutACacheSaysHowToMakeOne() throws Exception {
    assertThat(launch("serve", "--json"))
        .contains("no start-up cache: starts take longer; " + home + "/wachtpost --make-cache");
    assertThat(launch()).doesNotContain("start-up cache");
    javaThatMakesCaches();
    launch("--make-cache", "");
    assertThat(launch("serve", "--json"))
        .contains("-XX:AOTCache=" + cache() + "\n")
        .doesNotContain("start-up cache");
  }

  @Test
  void twoStartsDoNotMakeItAtOnce() throws Exception {
    javaThatMakesCaches();
    Path unfinished = Files.writeString(target.resolve("unfinished"), "cache\n");
    String lock = target.resolve("build.lock").toString();
    Process other = new ProcessBuilder("flock", lock, "sh", "-c", "echo held; read x").start();
    assertThat(other.inputReader().readLine()).isEqualTo("held");
    assertThat(launch("serve", "--json")).doesNotContain("  start-up cache\n");
    assertThat(unfinished).exists();
    other.outputWriter().close();
    assertThat(other.waitFor()).isOne();
    assertThat(launch("serve", "--json")).contains("  start-up cache\n");
  }

  /** With half of the libraries in place nothing ever started. */
  @Test
  void aBuildThatWasCutOffBeforeItsEndIsDoneAgain() throws Exception {
    javaThatMakesCaches();
    script(
        home.resolve("mvn"), "echo '[INFO] Building all [1/1]'; touch server/target/lib/all.jar");
    Path unfinished = Files.writeString(target.resolve("unfinished"), "jars\n");
    assertThat(launch("serve", "--json"))
        .contains("Building Wachtpost", "  [1/1] all\n", "  start-up cache\n");
    assertThat(target.resolve("lib/all.jar")).exists();
    assertThat(unfinished).doesNotExist();
    script(home.resolve("mvn"), "echo 'BUILD FAILURE'; exit 1");
    Files.writeString(unfinished, "jars\n");
    Process failed = started("serve", "--json");
    failed.getOutputStream().close();
    assertThat(new String(failed.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("the build failed; see ");
    assertThat(failed.waitFor()).isOne();
    assertThat(unfinished).hasContent("jars");
  }
}

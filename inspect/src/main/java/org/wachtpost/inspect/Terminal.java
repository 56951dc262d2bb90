package org.wachtpost.inspect;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.wachtpost.inspect.report.Screen;

/**
 * Whether one of the process's streams goes to a terminal, and how large that is now: Java itself
 * says neither. Where the platform cannot be asked, nothing is a terminal.
 */
final class Terminal {
  static final int OUTPUT = 1;
  static final int ERRORS = 2;

  /**
   * The request that fills {@code struct winsize}: rows, columns, and twice pixels, 16 bits each.
   */
  private static final long WINDOW_SIZE_LINUX = 0x5413;

  private static final long WINDOW_SIZE_MAC = 0x40087468;
  private static final int WINSIZE_BYTES = 8;

  private Terminal() {}

  /** The terminal that the descriptor leads to, if it leads to one. */
  @SuppressWarnings("restricted") // the launcher allows native access; nothing else is called
  static Optional<Screen> of(int descriptor) {
    if (surelyNone(Path.of("/proc/self/fd/" + descriptor))) {
      return Optional.empty();
    }
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> ioctl = linker.defaultLookup().find("ioctl");
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (ioctl.isEmpty() || !(system.equals("linux") || system.startsWith("mac"))) {
      return Optional.empty();
    }
    MethodHandle call =
        linker.downcallHandle(
            ioctl.get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(2));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(WINSIZE_BYTES, 2);
      long request = system.equals("linux") ? WINDOW_SIZE_LINUX : WINDOW_SIZE_MAC;
      if ((int) call.invokeExact(descriptor, request, size) != 0) {
        return Optional.empty();
      }
      int rows = size.get(ValueLayout.JAVA_SHORT, 0) & 0xffff;
      int columns = size.get(ValueLayout.JAVA_SHORT, 2) & 0xffff;
      return Optional.of(Screen.of(columns, rows, charset(descriptor)));
    } catch (Throwable impossible) {
      throw new IllegalStateException("ioctl cannot throw", impossible);
    }
  }

  /** The encoding that the locale names; one that Java does not know shows ASCII at least. */
  private static Charset charset(int descriptor) {
    String name =
        System.getProperty(
            descriptor == OUTPUT ? "stdout.encoding" : "stderr.encoding", "US-ASCII");
    return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.US_ASCII;
  }

  /**
   * True if Linux names the stream as something that no terminal is. Making a call of the system's
   * costs a tenth of a second: much of an inspection that writes into a file or to a program.
   */
  static boolean surelyNone(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.equals("/dev/null")
          || target.startsWith("pipe:")
          || target.startsWith("socket:")
          || Files.isRegularFile(descriptor);
    } catch (IOException | UnsupportedOperationException unknown) {
      return false; // no Linux, or none that tells: the stream itself is asked
    }
  }
}

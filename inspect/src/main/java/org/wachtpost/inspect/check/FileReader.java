package org.wachtpost.inspect.check;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.evidence.Reason;
import org.wachtpost.inspect.evidence.TextStream;
import org.wachtpost.inspect.log.LogScanner;
import org.wachtpost.inspect.log.SourceTracker;
import org.wachtpost.inspect.log.TextLines;
import org.wachtpost.inspect.rules.Rules;

/** Reads claimed files with the checks that want them. One per thread. */
final class FileReader {
  /** Row logs up to this size are read when they are met; larger ones later, largest first. */
  static final long AT_ONCE_BYTES = 1 << 20;

  /** Opens what is to be read. */
  private interface Source {
    InputStream open() throws IOException;
  }

  private final Examination shared;
  private final LongAdder progress;
  private final LogScanner scanner;
  private final HttpProxyCheck httpProxy;
  private final IisCheck iis;
  private final HttpErrorCheck httpErrors;
  private final EcpServerCheck ecpServer;
  private final CmdletLogCheck cmdlets;
  private final PlainLogCheck plain;
  private final LastLog lastLog = new LastLog();
  private @Nullable Kind lastKind;
  private String lastSource = "";

  FileReader(Examination shared, LongAdder progress) {
    scanner = new LogScanner();
    this.shared = shared;
    this.progress = progress;
    Rules rules = shared.rules();
    FindingSink sink = shared.sink();
    httpProxy = new HttpProxyCheck(sink, rules, shared.facts(), shared.gateways());
    iis = new IisCheck(shared);
    httpErrors = new HttpErrorCheck(sink, rules, shared.pageUses());
    ecpServer = new EcpServerCheck(sink);
    cmdlets = new CmdletLogCheck(sink, rules);
    plain = new PlainLogCheck(sink, rules, shared.facts());
  }

  /** Tells what a file is, and reads it if it is a small log of rows. */
  Sorting.Sorted sort(EvidenceFile file) {
    try (Opening opening = new Opening(file)) {
      Classifier.Claimed claimed = lastLog.classify(opening);
      boolean now = claimed.kind().rows() && file.size() <= AT_ONCE_BYTES;
      if (now) {
        read(claimed, opening::all);
      }
      return new Sorting.Sorted(file, claimed, now, false, "");
    } catch (IOException failed) {
      return new Sorting.Sorted(file, null, false, false, "cannot be read: " + Reason.of(failed));
    } catch (RuntimeException | StackOverflowError unexpected) {
      return new Sorting.Sorted(
          file, null, false, false, "reading it failed inside the program: " + unexpected);
    }
  }

  /** Reads one file; whatever is wrong with it becomes damage, not a failure. */
  void read(Classifier.Claimed claimed) {
    read(claimed, claimed.file()::open);
  }

  private void read(Classifier.Claimed claimed, Source source) {
    try {
      looked(claimed);
      if (claimed.kind().rows()) {
        rows(claimed, source);
      } else if (claimed.kind() == Kind.OAB_GENERATOR_LOG) {
        oabGenerator(claimed);
      } else {
        shared.single(claimed);
        progress.add(claimed.file().size());
      }
    } catch (IOException failed) {
      damage(claimed, "cannot be read on: " + Reason.of(failed));
    } catch (RuntimeException | StackOverflowError unexpected) {
      // One hostile file must not cost the others; the report says that it was not read.
      damage(claimed, "reading it failed inside the program: " + unexpected);
    }
  }

  /** Notes which checks a source serves; files of one mostly follow each other. */
  private void looked(Classifier.Claimed claimed) {
    if (claimed.kind() != lastKind || !claimed.source().equals(lastSource)) {
      shared.looked(claimed);
      lastKind = claimed.kind();
      lastSource = claimed.source();
    }
  }

  private void damage(Classifier.Claimed claimed, String what) {
    shared.sink().damage(claimed.file().path(), "whole file", what);
  }

  private void rows(Classifier.Claimed claimed, Source source) throws IOException {
    LogCheck check =
        switch (claimed.kind()) {
          case HTTP_PROXY_LOG -> httpProxy;
          case IIS_LOG -> iis;
          case HTTP_ERROR_LOG -> httpErrors;
          case ECP_SERVER_LOG -> ecpServer;
          case CMDLET_LOG -> cmdlets;
          case PLAIN_LOG,
              OAB_GENERATOR_LOG,
              FOREIGN_LOG,
              EVENT_LOG,
              PAGE,
              COMPILED_PAGE,
              COMPILED_ASSEMBLY,
              EXSETUP,
              APPLICATION_HOST,
              WEB_CONFIG,
              SCHEDULED_TASK,
              SAFETY_SCANNER_LOG,
              DEFENDER_LOG,
              TOOL_RESULT,
              MITIGATION_SUMMARY,
              MITIGATION_LOG,
              CRASH_REPORT,
              LOOSE_FILE,
              FOLDER_LISTING,
              VIRTUAL_DIRECTORY_DUMP,
              UPDATE_LIST,
              ARCHIVE,
              MEMORY_DUMP,
              UNCLAIMED ->
              plain;
        };
    SourceTracker tracker = SourceBook.tracker(claimed.source());
    tracker.file(claimed.file().size());
    check.begin(claimed.file().path(), tracker);
    try (InputStream stream = text(source.open())) {
      scanner.scan(stream, check);
    } finally {
      check.end();
      shared.book().add(tracker);
    }
  }

  private void oabGenerator(Classifier.Claimed claimed) throws IOException {
    SourceTracker tracker = SourceBook.tracker(claimed.source());
    tracker.file(claimed.file().size());
    String path = claimed.file().path();
    long[] counts = new long[2];
    try (InputStream stream = text(claimed.file().open())) {
      TextLines.read(
          stream,
          (line, number, cut) -> {
            counts[0]++;
            OabGeneratorCheck.line(line, number, path, tracker, shared.sink());
            if (cut) {
              counts[1]++;
              shared.sink().damage(path, "line " + number, "line longer than the limit cut");
            }
          });
    } finally {
      tracker.rows(counts[0], counts[1]);
      shared.book().add(tracker);
    }
  }

  private InputStream text(InputStream stream) throws IOException {
    return TextStream.utf8(new Counted(stream, progress));
  }

  private static final class Counted extends FilterInputStream {
    private final LongAdder progress;

    Counted(InputStream stream, LongAdder progress) {
      super(stream);
      this.progress = progress;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = in.read(bytes, offset, length);
      if (read > 0) {
        progress.add(read);
      }
      return read;
    }
  }
}

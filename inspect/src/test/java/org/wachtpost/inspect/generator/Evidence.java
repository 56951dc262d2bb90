package org.wachtpost.inspect.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Makes one server's files. */
public final class Evidence {
  /** Bytes that one HttpProxy row and what goes with it in the other logs take, about. */
  private static final int BYTES_PER_PROXY_ROW = 880;

  private static final int BYTES_PER_IIS_ROW = 420;

  private Evidence() {}

  /**
   * Writes the tree and, beside it, {@code expected.json}.
   *
   * @param out folder that gets {@code tree/C/...} and {@code expected.json}
   * @return what an inspection of it must say
   */
  public static Expected make(
      Path out, long seed, Scenario scenario, int days, int rowsPerDay, int threads)
      throws IOException {
    Plan plan = new Plan(out.resolve("tree"), seed, scenario, days, rowsPerDay, threads);
    Site site = new Site(seed);
    Planting planting = new Planting(scenario);
    Expected expected = new Scenarios(plan, site, planting).plant();
    new ControlPanel(plan, site, planting).plant();
    Files.createDirectories(plan.tree());
    days(plan, site, planting);
    new OtherLogs(plan, site, planting).write();
    new EventLogs(plan, site, planting).write();
    new ServerFiles(plan, planting).write();
    Files.writeString(out.resolve("expected.json"), expected.json(plan));
    return expected;
  }

  /** Rows a day that make about that many bytes. */
  static int rowsPerDay(long bytes, int days) {
    long proxyDays = Math.min(days, Plan.EXCHANGE_RETENTION_DAYS);
    long perRow = proxyDays * BYTES_PER_PROXY_ROW + (long) days * BYTES_PER_IIS_ROW;
    return Math.toIntExact(Math.max(1, bytes / perRow));
  }

  private static void days(Plan plan, Site site, Planting planting) throws IOException {
    try (ExecutorService pool = Executors.newFixedThreadPool(plan.threads())) {
      List<Future<?>> running = new ArrayList<>();
      for (LocalDate day = plan.first(); !day.isAfter(plan.last()); day = day.plusDays(1)) {
        LocalDate one = day;
        running.add(
            pool.submit(() -> {
              try (DayWriter writer = new DayWriter(plan, planting, one)) {
                new Traffic(plan, site, planting, writer, one).write();
              }
              return one;
            }));
      }
      for (Future<?> future : running) {
        future.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("a day could not be written", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}

package org.wachtpost.inspect.check;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.artefact.SiteConfiguration;
import org.wachtpost.inspect.evidence.EvidenceFile;
import org.wachtpost.inspect.model.Confidence;
import org.wachtpost.inspect.model.Source;
import org.wachtpost.inspect.model.Stage;

/** I02, I17 and I19 over the web server's configuration. Any thread. */
final class ConfigurationCheck {
  private final Examination shared;

  ConfigurationCheck(Examination shared) {
    this.shared = shared;
  }

  /** A web.config; what is wrong with it, or null. */
  @Nullable String web(EvidenceFile file, byte[] content) {
    SiteConfiguration configuration = SiteConfiguration.parse(content);
    for (SiteConfiguration.Rewrite rewrite : configuration.rewrites()) {
      String pattern = rewrite.pattern().toLowerCase(Locale.ROOT);
      if (pattern.contains("x-anonresource-backend") || pattern.contains("x-beresource")) {
        shared
            .facts()
            .fact(
                "mitigation", "URL rewrite rule against CVE-2021-26855", Source.file(file.path()));
      } else if (pattern.contains("autodiscover") && pattern.contains("powershell")) {
        shared
            .facts()
            .fact(
                "mitigation", "URL rewrite rule against CVE-2022-41040", Source.file(file.path()));
      }
    }
    for (SiteConfiguration.Handler handler : configuration.handlers()) {
      if (oddHandler(handler)) {
        shared
            .sink()
            .report(
                new Sighting(
                        CheckId.I17,
                        Stage.AFTER,
                        "handler runs files that are not pages",
                        Source.file(file.path()))
                    .because(
                        Confidence.MEDIUM,
                        "a web.config that makes '"
                            + handler.path()
                            + "' run turns uploads into pages")
                    .see(Published.SHELLS)
                    .detail("file", file.windowsPath().text())
                    .sameAs(file.path() + handler.path()));
      }
    }
    managed(file, configuration);
    keys(file, configuration);
    return configuration.damage();
  }

  private static boolean oddHandler(SiteConfiguration.Handler handler) {
    String path = handler.path().toLowerCase(Locale.ROOT);
    String runs =
        (handler.type() + handler.modules() + handler.scriptProcessor()).toLowerCase(Locale.ROOT);
    boolean script =
        runs.contains("pagehandlerfactory")
            || runs.contains("asp.dll")
            || runs.contains("simplehandlerfactory");
    boolean usual =
        path.endsWith(".aspx")
            || path.endsWith(".ashx")
            || path.endsWith(".asp")
            || path.endsWith(".cer")
            || path.endsWith(".asa")
            || path.contains("*.asmx");
    return script && !usual && !path.equals("*");
  }

  /** The applicationHost.config; what is wrong with it, or null. */
  @Nullable String host(EvidenceFile file, byte[] content) {
    SiteConfiguration configuration = SiteConfiguration.parse(content);
    folders(file, configuration);
    managed(file, configuration);
    keys(file, configuration);
    for (SiteConfiguration.Module module : configuration.modules()) {
      if (!SiteConfiguration.usualModule(module.image())) {
        String image = module.image().toLowerCase(Locale.ROOT);
        boolean installed = image.contains("program files") || image.contains("%programfiles");
        shared
            .sink()
            .report(
                new Sighting(
                        CheckId.I17,
                        Stage.AFTER,
                        "IIS module from an unusual folder",
                        Source.file(file.path()))
                    .because(
                        installed ? Confidence.LOW : Confidence.MEDIUM,
                        "native modules see every request; this one is not of IIS, .NET or"
                            + " Exchange")
                    .see(Published.IIS_MODULES)
                    .detail("module", module.name())
                    .detail("image", module.image())
                    .sameAs(module.name() + module.image()));
      }
    }
    for (String site : configuration.loggingOff()) {
      shared.book().looked("applicationHost.config", CheckId.I19);
      shared
          .sink()
          .report(
              new Sighting(
                      CheckId.I19,
                      Stage.AFTER,
                      "web server's logging switched off",
                      Source.file(file.path()))
                  .because(Confidence.LOW, "requests to this site leave no trace: " + site)
                  .see(Published.ATTACK + "T1562/002/")
                  .sameAs(site));
    }
    return configuration.damage();
  }

  /** A folder that anybody may write to has no business in a web server. */
  private void folders(EvidenceFile file, SiteConfiguration configuration) {
    for (SiteConfiguration.Folder folder : configuration.folders()) {
      String path = SiteFolders.plain(folder.physicalPath()) + "\\";
      boolean open =
          path.contains("\\temp\\")
              || path.contains(":\\programdata\\")
              || path.contains("\\users\\public\\")
              || path.contains(":\\perflogs\\")
              || path.contains(":\\$recycle.bin\\");
      if (open) {
        report(
            file,
            "folder that anybody may write to is served",
            Confidence.MEDIUM,
            "what is put there can be asked for and run",
            Published.ATTACK + "T1505/003/",
            folder.url() + " is " + folder.physicalPath());
      }
    }
  }

  private void managed(EvidenceFile file, SiteConfiguration configuration) {
    for (SiteConfiguration.Module module : configuration.managed()) {
      String type = module.image().toLowerCase(Locale.ROOT);
      if (!type.startsWith("microsoft.") && !type.startsWith("system.") && !type.isBlank()) {
        report(
            file,
            "module of .NET that is not Microsoft's",
            Confidence.LOW,
            "it sees every request; products for logging in add some too",
            Published.IIS_MODULES,
            module.name() + ": " + module.image());
      }
    }
  }

  /** The key itself is a secret and never shown: who has it can make the server run objects. */
  private void keys(EvidenceFile file, SiteConfiguration configuration) {
    for (String key : configuration.machineKeys()) {
      String mark = PageCheck.sha256(key.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
      report(
          file,
          "fixed machine key",
          Confidence.LOW,
          "who knows it can forge page state and run code (CVE-2020-0688); replace it if somebody"
              + " was in",
          Published.ATTACK + "T1552/001/",
          "key with SHA-256 " + mark + "...");
    }
  }

  private void report(
      EvidenceFile file,
      String title,
      Confidence confidence,
      String reason,
      String reference,
      String what) {
    shared
        .sink()
        .report(
            new Sighting(CheckId.I17, Stage.AFTER, title, Source.file(file.path()))
                .because(confidence, reason)
                .see(reference)
                .detail("what", what)
                .sameAs(what));
  }
}

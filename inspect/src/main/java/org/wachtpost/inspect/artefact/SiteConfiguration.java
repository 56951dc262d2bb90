package org.wachtpost.inspect.artefact;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * IIS's configuration: applicationHost.config, or a web.config.
 *
 * @param logFolders where sites log to, as written
 * @param folders folders that are served
 * @param modules native modules: name and file
 * @param handlers handlers: path, type and modules
 * @param rewrites patterns of rewrite rules
 * @param managed handlers of every request that are written in .NET: their types
 * @param machineKeys keys written out instead of made by the server
 * @param loggingOff sites or folders that do not log
 * @param damage what was wrong with the file, or null
 */
public record SiteConfiguration(
    List<String> logFolders,
    List<Folder> folders,
    List<Module> modules,
    List<Handler> handlers,
    List<Rewrite> rewrites,
    List<Module> managed,
    List<String> machineKeys,
    List<String> loggingOff,
    @Nullable String damage) {

  /** A folder as a site serves it: its place in addresses, and on the disk as written. */
  public record Folder(String site, String url, String physicalPath) {}

  /** A native module. */
  public record Module(String name, String image) {}

  /** A handler for a path. */
  public record Handler(String path, String type, String modules, String scriptProcessor) {}

  /** A rewrite rule: its name and a pattern of it. */
  public record Rewrite(String name, String pattern) {}

  /** Reads a configuration file. */
  public static SiteConfiguration parse(byte[] file) {
    Reading reading = new Reading();
    String damage = XmlElements.read(file, reading);
    return new SiteConfiguration(
        List.copyOf(reading.logFolders),
        List.copyOf(reading.folders),
        List.copyOf(reading.modules),
        List.copyOf(reading.handlers),
        List.copyOf(reading.rewrites),
        List.copyOf(reading.managed),
        List.copyOf(reading.machineKeys),
        List.copyOf(reading.loggingOff),
        damage);
  }

  /** True for module files in the places that IIS, .NET and Exchange install theirs to. */
  public static boolean usualModule(String image) {
    String path =
        image
            .toLowerCase(Locale.ROOT)
            .replace('/', '\\')
            .replace("%windir%", "c:\\windows")
            .replace("%systemroot%", "c:\\windows")
            .replace("%programfiles%", "c:\\program files");
    String drive = path.length() > 2 && path.charAt(1) == ':' ? path.substring(2) : path;
    return !drive.contains("..")
        && (drive.startsWith("\\windows\\system32\\inetsrv\\")
            || drive.startsWith("\\windows\\microsoft.net\\")
            || drive.startsWith("\\windows\\system32\\rpcproxy\\")
            || drive.equals("\\windows\\system32\\rpcproxy.dll")
            || drive.equals("\\windows\\system32\\wsmsvc.dll")
            || drive.contains("\\microsoft\\exchange server\\")
            || drive.startsWith("%exchangeinstalldir%")
            || drive.startsWith("%iis_bin%\\") // IIS Express, in the settings of developers' sites
            || drive.startsWith("\\exchange\\"));
  }

  private static final class Reading implements XmlElements.Visitor {
    private final List<String> logFolders = new ArrayList<>();
    private final List<Folder> folders = new ArrayList<>();
    private final List<Module> managed = new ArrayList<>();
    private final List<String> machineKeys = new ArrayList<>();
    private final List<Module> modules = new ArrayList<>();
    private final List<Handler> handlers = new ArrayList<>();
    private final List<Rewrite> rewrites = new ArrayList<>();
    private final List<String> loggingOff = new ArrayList<>();
    private String site = "";
    private String rule = "";
    private String application = "";

    @Override
    public void element(String path, Map<String, String> attributes) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      switch (name) {
        case "site" -> site = value(attributes, "name");
        case "logfile" -> {
          if (attributes.containsKey("directory")) {
            logFolders.add(value(attributes, "directory"));
          }
          if ("false".equalsIgnoreCase(attributes.get("enabled"))) {
            loggingOff.add(site);
          }
        }
        case "httplogging" -> {
          if ("true".equalsIgnoreCase(attributes.get("dontlog"))) {
            loggingOff.add("httpLogging dontLog");
          }
        }
        case "application" -> application = value(attributes, "path");
        case "virtualdirectory" ->
            folders.add(
                new Folder(
                    site,
                    (application + "/" + value(attributes, "path")).replaceAll("/{2,}", "/"),
                    value(attributes, "physicalpath")));
        case "machinekey" -> {
          String key = value(attributes, "validationkey");
          if (!key.isEmpty() && !key.toLowerCase(Locale.ROOT).startsWith("autogenerate")) {
            machineKeys.add(key);
          }
        }
        case "add" -> add(path, attributes);
        case "rule" -> rule = value(attributes, "name");
        case "match" -> rewrites.add(new Rewrite(rule, value(attributes, "url")));
        default -> {}
      }
    }

    private void add(String path, Map<String, String> attributes) {
      if (path.endsWith("/globalmodules/add")) {
        modules.add(new Module(value(attributes, "name"), value(attributes, "image")));
      } else if ((path.endsWith("/httpmodules/add") || path.endsWith("/modules/add"))
          && attributes.containsKey("type")) {
        managed.add(new Module(value(attributes, "name"), value(attributes, "type")));
      } else if (path.endsWith("/handlers/add")) {
        handlers.add(
            new Handler(
                value(attributes, "path"),
                value(attributes, "type"),
                value(attributes, "modules"),
                value(attributes, "scriptprocessor")));
      } else if (path.endsWith("/conditions/add")) {
        rewrites.add(new Rewrite(rule, value(attributes, "pattern")));
      }
    }

    private static String value(Map<String, String> attributes, String name) {
      return attributes.getOrDefault(name, "");
    }

    @Override
    public void text(String path, String text) {}
  }
}

package org.wachtpost.inspect.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.wachtpost.inspect.artefact.SiteConfiguration;
import org.wachtpost.inspect.evidence.WindowsPath;

/**
 * The folders that the web server serves: those that every Exchange server has, and those that its
 * applicationHost.config names. Immutable.
 */
final class SiteFolders {
  private static final String[] USUAL = {
    "\\frontend\\httpproxy\\", "\\clientaccess\\", "\\inetpub\\wwwroot\\"
  };

  /** A folder of the configuration: without its drive, with a backslash at both ends. */
  private record Named(String drive, String folder, String url, String site) {}

  private final List<Named> named;

  private SiteFolders(List<Named> named) {
    this.named = List.copyOf(named);
  }

  /** The usual folders and the configured ones. */
  static SiteFolders of(List<SiteConfiguration.Folder> configured) {
    List<Named> named = new ArrayList<>();
    for (SiteConfiguration.Folder folder : configured) {
      String path = plain(folder.physicalPath());
      boolean drive = path.length() > 2 && path.charAt(1) == ':';
      String rest = drive ? path.substring(2) : path;
      // A whole drive as a site would make every page on it a served one.
      if (rest.length() > 1) {
        String url = folder.url().endsWith("/") ? folder.url() : folder.url() + "/";
        named.add(
            new Named(
                drive ? path.substring(0, 2) : "",
                rest.endsWith("\\") ? rest : rest + "\\",
                url.toLowerCase(Locale.ROOT),
                folder.site()));
      }
    }
    return new SiteFolders(named);
  }

  /** A configured path with Windows' own names for folders filled in, in lower case. */
  static String plain(String physicalPath) {
    return physicalPath
        .toLowerCase(Locale.ROOT)
        .replace('/', '\\')
        .replace("%systemdrive%", "c:")
        .replace("%windir%", "c:\\windows")
        .replace("%systemroot%", "c:\\windows")
        .replace("%programdata%", "c:\\programdata")
        .replace("%programfiles%", "c:\\program files");
  }

  /** The address under which a file is served; null if it lies in no served folder. */
  @Nullable String served(WindowsPath place) {
    String path = "\\" + place.text();
    for (String folder : USUAL) {
      int at = path.indexOf(folder);
      if (at >= 0) {
        return "/" + path.substring(at + folder.length()).replace('\\', '/');
      }
    }
    Named site = named(place);
    return site == null ? null : site.url() + inside(place, site.folder()).replace('\\', '/');
  }

  /** The configured site that serves a file outside the usual folders; null if none does. */
  @Nullable String site(WindowsPath place) {
    Named site = named(place);
    return site == null ? null : site.site() + " (" + site.drive() + site.folder() + ")";
  }

  private @Nullable Named named(WindowsPath place) {
    Named longest = null;
    for (Named one : named) {
      boolean in =
          place.anchored()
              ? place.text().startsWith(one.drive() + one.folder(), one.drive().isEmpty() ? 2 : 0)
              : ("\\" + place.text()).contains(one.folder());
      if (in && (longest == null || one.folder().length() > longest.folder().length())) {
        longest = one;
      }
    }
    return longest;
  }

  private static String inside(WindowsPath place, String folder) {
    String path = "\\" + place.text();
    return path.substring(path.indexOf(folder) + folder.length());
  }
}

package org.wachtpost.inspect.generator;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The columns of HttpProxy logs as Exchange 2016 and later write them, and single planted rows. */
final class ProxyRow {
  static final List<String> COLUMNS =
      List.of(
          ("DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,"
                  + "ClientRequestId,Protocol,UrlHost,UrlStem,ProtocolAction,AuthenticationType,"
                  + "IsAuthenticated,AuthenticatedUser,Organization,AnchorMailbox,UserAgent,"
                  + "ClientIpAddress,ServerHostName,HttpStatus,BackEndStatus,ErrorCode,Method,"
                  + "ProxyAction,TargetServer,TargetServerVersion,RoutingType,RoutingHint,"
                  + "BackEndCookie,ServerLocatorHost,ServerLocatorLatency,RequestBytes,"
                  + "ResponseBytes,TargetOutstandingRequests,AuthModulePerfContext,"
                  + "HttpPipelineLatency,CalculateTargetBackEndLatency,GlsLatencyBreakup,"
                  + "TotalGlsLatency,AccountForestLatencyBreakup,TotalAccountForestLatency,"
                  + "ResourceForestLatencyBreakup,TotalResourceForestLatency,ADLatency,"
                  + "SharedCacheLatencyBreakup,TotalSharedCacheLatency,ActivityContextLifeTime,"
                  + "ModuleToHandlerSwitchingLatency,ClientReqStreamLatency,"
                  + "BackendReqInitLatency,BackendReqStreamLatency,BackendProcessingLatency,"
                  + "BackendRespInitLatency,BackendRespStreamLatency,ClientRespStreamLatency,"
                  + "KerberosAuthHeaderLatency,HandlerCompletionLatency,RequestHandlerLatency,"
                  + "HandlerToModuleSwitchingLatency,ProxyTime,CoreLatency,RoutingLatency,"
                  + "HttpProxyOverhead,TotalRequestTime,RouteRefresherLatency,UrlQuery,"
                  + "BackEndGenericInfo,GenericInfo,GenericErrors,EdgeTraceId,DatabaseGuid,"
                  + "UserADObjectGuid,PartitionEndpointLookupLatency,RoutingStatus")
              .split(","));

  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final String[] values = new String[COLUMNS.size()];

  ProxyRow(Instant time, String requestId) {
    java.util.Arrays.fill(values, "");
    set("DateTime", TIME.format(time)).set("RequestId", requestId);
  }

  ProxyRow set(String column, String value) {
    int index = COLUMNS.indexOf(column);
    if (index < 0) {
      throw new IllegalArgumentException(column);
    }
    values[index] = value;
    return this;
  }

  /** The four columns of a build such as 15.01.2106.002. */
  ProxyRow build(String build) {
    String[] names = {"MajorVersion", "MinorVersion", "BuildVersion", "RevisionVersion"};
    String[] parts = build.split("\\.");
    for (int i = 0; i < names.length; i++) {
      set(names[i], Integer.parseInt(parts[i]));
    }
    return this;
  }

  ProxyRow set(String column, int value) {
    return set(column, Integer.toString(value));
  }

  String line() {
    return List.of(values).stream().map(ProxyRow::quoted).collect(Collectors.joining(","));
  }

  /** RFC 4180 §2: quoted where a comma, quote or line end stands in it. */
  static String quoted(String value) {
    boolean needed = value.indexOf(',') >= 0 || value.indexOf('"') >= 0 || value.indexOf('\n') >= 0;
    return needed ? '"' + value.replace("\"", "\"\"") + '"' : value;
  }
}

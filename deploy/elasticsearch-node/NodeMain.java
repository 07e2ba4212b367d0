import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * Runs one Elasticsearch node in this JVM until it is told to end: NodeMain HOME name=value ...
 *
 * The stock launcher comes only with the distribution; this one needs nothing but the published jars. It is for tests and
 * trials on one machine: there is no security module, and no bootstrap check is enforced because it listens on loopback.
 */
public final class NodeMain {
    private NodeMain() {}

    public static void main(String[] words) throws Exception {
        Path home = Path.of(words[0]).toAbsolutePath();
        Map<String, String> settings = Arrays.stream(words)
            .skip(1)
            .map(word -> word.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        settings.put("path.home", home.toString());
        String name = settings.getOrDefault("node.name", "node");

        LogConfigurator.configureESLogging();
        LogConfigurator.registerErrorListener();
        LogConfigurator.setNodeName(name);
        LogConfigurator.setClusterName(settings.getOrDefault("cluster.name", "elasticsearch"));
        Environment environment =
            InternalSettingsPreparer.prepareEnvironment(Settings.EMPTY, settings, home.resolve("config"), () -> name);
        LogConfigurator.configure(environment, true);

        var modules = PluginsLoader.loadModulesBundles(environment.modulesDir(), false);
        var plugins = PluginsLoader.loadPluginsBundles(environment.pluginsDir(), false);
        Node node = new Node(environment, PluginsLoader.createPluginsLoader(modules, plugins, Map.of()));
        Thread ender = new Thread(() -> end(node), "end");
        Runtime.getRuntime().addShutdownHook(ender);
        node.start();
        Thread.currentThread().join(); // for ever: the hook ends the node
    }

    private static void end(Node node) {
        try {
            node.prepareForClose();
            node.close();
        } catch (Exception problem) {
            problem.printStackTrace();
        }
    }
}

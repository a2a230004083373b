// Asks through JDBC: java AskJdbc URL QUESTIONS. The last answer is what the metadata says of views and columns (REMARKS).
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.*;
import java.time.OffsetDateTime;
import java.util.*;

public class AskJdbc {
    static final PrintStream out = new PrintStream(System.out, false, java.nio.charset.StandardCharsets.UTF_8);

    // The type as the metadata has it, if what getObject() gives is of the class that belongs to it.
    static String typeOf(ResultSetMetaData meta, int i, Set<String> classes) throws SQLException {
        String name, wanted;
        switch (meta.getColumnType(i)) {
            case Types.BIGINT: name = "bigint"; wanted = "java.lang.Long"; break;
            case Types.NUMERIC: name = "numeric(" + meta.getPrecision(i) + "," + meta.getScale(i) + ")"; wanted = "java.math.BigDecimal"; break;
            case Types.DOUBLE: name = "double precision"; wanted = "java.lang.Double"; break;
            case Types.VARCHAR: name = "text"; wanted = "java.lang.String"; break;
            case Types.BIT: case Types.BOOLEAN: name = "boolean"; wanted = "java.lang.Boolean"; break;
            case Types.DATE: name = "date"; wanted = "java.sql.Date"; break;
            case Types.TIMESTAMP: case Types.TIMESTAMP_WITH_TIMEZONE: name = "timestamp with time zone"; wanted = "java.sql.Timestamp"; break;
            default: return "type " + meta.getColumnType(i) + " " + meta.getColumnTypeName(i);
        }
        classes.remove(wanted);
        return meta.getColumnClassName(i).equals(wanted) && classes.isEmpty() ? name : name + " but values of " + meta.getColumnClassName(i) + classes;
    }

    static String shown(Object value) {
        if (value == null) return "\\N";
        if (value instanceof Boolean) return (Boolean) value ? "t" : "f";
        if (value instanceof BigDecimal) return ((BigDecimal) value).toPlainString();
        if (value instanceof Timestamp) return ((Timestamp) value).toInstant().toString();
        return value.toString();
    }

    static void bind(PreparedStatement statement, int i, String kind, String text) throws SQLException {
        switch (kind) {
            case "text": statement.setString(i, text); break;
            case "numeric": statement.setBigDecimal(i, new BigDecimal(text)); break;
            case "bigint": statement.setLong(i, Long.parseLong(text)); break;
            case "float8": statement.setDouble(i, Double.parseDouble(text)); break;
            case "boolean": statement.setBoolean(i, Boolean.parseBoolean(text)); break;
            case "date": statement.setDate(i, java.sql.Date.valueOf(text)); break;
            case "timestamptz": statement.setTimestamp(i, Timestamp.from(OffsetDateTime.parse(text.replace(' ', 'T')).toInstant())); break;
            default: throw new SQLException("no such kind of parameter: " + kind);
        }
    }

    static void ask(Connection connection, String[] question) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(question[1])) {
            for (int i = 2; i < question.length; i++) {
                String[] value = question[i].split(":", 2);
                bind(statement, i - 1, value[0], value[1]);
            }
            ResultSet result = statement.executeQuery();
            ResultSetMetaData meta = result.getMetaData();
            List<Set<String>> classes = new ArrayList<>();
            for (int i = 1; i <= meta.getColumnCount(); i++) classes.add(new TreeSet<>());
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                StringBuilder row = new StringBuilder("row");
                for (int i = 1; i <= meta.getColumnCount(); i++) {
                    Object value = result.getObject(i);
                    if (value != null) classes.get(i - 1).add(value.getClass().getName());
                    row.append('\t').append(shown(value));
                }
                rows.add(row.toString());
            }
            for (int i = 1; i <= meta.getColumnCount(); i++)
                out.println("column\t" + meta.getColumnName(i) + "\t" + typeOf(meta, i, classes.get(i - 1)));
            rows.forEach(out::println);
        }
    }

    static void remarks(Connection connection) throws SQLException {
        out.println("question\tcomments\ncolumn\tview\ttext\ncolumn\tcolumn\ttext\ncolumn\tremarks\ttext");
        ResultSet views = connection.getMetaData().getTables(null, "crm", "leads\\_b2b\\_%", new String[] {"VIEW"});
        while (views.next()) {
            String view = views.getString("TABLE_NAME");
            out.println("row\t" + view + "\t\\N\t" + shown(views.getString("REMARKS")));
            ResultSet columns = connection.getMetaData().getColumns(null, "crm", view.replace("_", "\\_"), "%");
            while (columns.next())
                out.println("row\t" + view + "\t" + columns.getString("COLUMN_NAME") + "\t" + shown(columns.getString("REMARKS")));
        }
    }

    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection(arguments[0])) {
            for (String line : Files.readAllLines(Path.of(arguments[1]))) {
                if (line.startsWith("#")) continue;
                String[] question = line.split("\t");
                out.println("question\t" + question[0]);
                try {
                    ask(connection, question);
                } catch (SQLException error) {
                    out.println("error\t" + error.getMessage().replaceAll("\\s+", " "));
                }
            }
            remarks(connection);
        } finally {
            out.flush();
        }
    }
}
